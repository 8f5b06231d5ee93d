"""Compare the table with both vendors, on a schedule or for an operator, and fetch what is missing."""

from typing import Any

from billing.app.reconciling import run
from billing.runtime.logs import invocation


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Run `{"task": "reconcile", "window": n}`, `{"task": "replay", "since": t}` or `{"task": "sync", ...}`."""
    with invocation(context):
        return run(event)

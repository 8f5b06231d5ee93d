"""Report metered usage to Chargebee on a schedule, and close the invoices that waited for it."""

from typing import Any

from billing.app.reporting import run
from billing.runtime.logs import invocation


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Report every closed day once. What Chargebee does not take now stays due."""
    with invocation(context):
        return run(context)

"""On a schedule: look again at the wallets whose automatic top-up had to wait."""

from typing import Any

from billing.app import wiring
from billing.core.clock import utc_now
from billing.payments.services.auto_top_up import resume_top_ups


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Queue a task for every rule for top-ups whose timer is due."""
    return {"queued": resume_top_ups(wiring.payment_store(), wiring.provisioning_queue(), utc_now())}

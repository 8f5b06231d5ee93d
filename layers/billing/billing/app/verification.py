"""Ask Chargebee in the background about what was just answered from a cache without news."""

from billing.app.wiring import provisioning_queue
from billing.core.clock import utc_now
from billing.runtime.logs import logger


def verify_soon(organization_id: str) -> None:
    """Queue a verification. The answer that was given stands, whatever becomes of it."""
    from billing.app.budgets import budgets  # noqa: PLC0415 - hardly ever
    from billing.subscriptions.services.verify_later import verify_later  # noqa: PLC0415

    try:
        verify_later(organization_id, budgets(), provisioning_queue(), utc_now())
    except Exception:
        logger().exception("verification_not_queued", extra={"organization_id": organization_id})

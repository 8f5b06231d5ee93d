"""Ask Chargebee in the background about what was just answered from a cache without news."""

from functools import cache
from typing import TYPE_CHECKING

from billing.app.clients import client
from billing.app.wiring import provisioning_queue
from billing.core.clock import utc_now
from billing.runtime.logs import logger
from billing.runtime.settings import settings

if TYPE_CHECKING:
    from billing.table.budgets import DynamoBudgets


@cache
def budgets() -> "DynamoBudgets":
    """What every organization has left of its budgets."""
    from billing.table.budgets import DynamoBudgets  # noqa: PLC0415 - hardly ever
    from billing.table.dynamodb import Table  # noqa: PLC0415

    return DynamoBudgets(Table(client("dynamodb"), settings()["TABLE_NAME"]))


def verify_soon(organization_id: str) -> None:
    """Queue a verification. The answer that was given stands, whatever becomes of it."""
    from billing.subscriptions.services.verify_later import verify_later  # noqa: PLC0415 - hardly ever

    try:
        verify_later(organization_id, budgets(), provisioning_queue(), utc_now())
    except Exception:
        logger().exception("verification_not_queued", extra={"organization_id": organization_id})

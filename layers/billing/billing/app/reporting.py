"""Report metered usage, and say how it went where the alarms look."""

from typing import Any

from billing.app import chargebee_wiring, wiring
from billing.core.clock import utc_now
from billing.metering.domain.billing_day import BilledDay
from billing.metering.services.report_usage import Reporting, report_usage
from billing.runtime.logs import count, logger

LAST_REPORT = 300_000
"""Milliseconds before the function's end after which no day is begun: one may wait for Chargebee twice, for two
minutes each."""


def run(context: Any) -> dict[str, Any]:
    """Raises the ChargebeeError that stopped the run; the next run goes on where it stopped."""

    def has_time() -> bool:
        return bool(context.get_remaining_time_in_millis() > LAST_REPORT)

    days, billing = wiring.billed_days(), chargebee_wiring.chargebee_usage()
    done = report_usage(Reporting(days, billing, customer_owner, _alarm, utc_now(), has_time))
    result = {"days": done.days, "flagged": done.flagged, "invoicesClosed": done.closed}
    logger().info("usage_reported", extra=result)
    return result


def customer_owner(customer_id: str) -> str | None:
    """The organization of a customer: the pointer's, or the one that the customer is called after."""
    store = wiring.store()
    if owner := store.customer_owner(customer_id):
        return owner
    return customer_id if store.load(customer_id).organization else None


def _alarm(day: BilledDay, reason: str) -> None:
    ids = {"organization_id": day.organization_id, "usage_id": day.billing_day.usage_id(day.organization_id)}
    count("usage_flagged", reason=reason, **ids)

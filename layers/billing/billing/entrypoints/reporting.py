"""Report metered usage, and say how it went where the alarms look."""

from typing import Any

from billing.adapters.identity import utc_now
from billing.entrypoints import wiring
from billing.entrypoints.observability import count_many, logger
from billing.services.report_usage import report_usage

LAST_REPORT = 300_000
"""Milliseconds before the function's end after which no report is begun: one may wait for Chargebee twice, for two
minutes each."""


def run(context: Any) -> dict[str, Any]:
    """Raises the ChargebeeError that stopped the run; the next run goes on where it stopped."""

    def has_time() -> bool:
        return bool(context.get_remaining_time_in_millis() > LAST_REPORT)

    done = report_usage(wiring.usage_reports(), wiring.chargebee_usage(), customer_owner, utc_now(), has_time)
    count_many("usage_flagged", done.flagged)
    result = {"days": done.days, "flagged": done.flagged, "invoicesClosed": done.closed}
    logger().info("usage_reported", extra=result)
    return result


def customer_owner(customer_id: str) -> str:
    """The organization of a customer: the pointer's, or the customer's own id."""
    return wiring.store().customer_owner(customer_id) or customer_id

"""Report metered usage, and say how it went where the alarms look."""

from math import ceil
from typing import Any

from billing.app import chargebee_wiring, wiring
from billing.core.clock import utc_now
from billing.core.quantity import written
from billing.metering.domain.billing_day import BilledDay
from billing.metering.services.report_usage import report_usage
from billing.metering.services.reporting_ports import Backlog, PendingInvoice, Reporting
from billing.runtime.logs import count, count_many, logger, measure
from billing.runtime.settings import settings

LAST_REPORT = 300_000
"""Milliseconds before the function's end after which no day is begun: one may wait for Chargebee twice, for two
minutes each."""


SECONDS_A_CALL = 0.5
"""That Chargebee takes to answer, and more rarely than not."""

MOST_AT_ONCE = 10
"""As many as a client of AWS keeps connections."""


def at_once() -> int:
    """How many calls have to be under way for the pace to be reached."""
    calls_a_second = int(settings()["USAGE_CALLS_PER_MINUTE"]) / 60
    return min(MOST_AT_ONCE, max(1, ceil(calls_a_second * SECONDS_A_CALL)))


class _Alarms:
    """`Alarms` as metrics, with the ids in the log."""

    def flagged(self, day: BilledDay, reason: str) -> None:
        """Told with the quantity that somebody has to bill by hand."""
        billed = day.billing_day
        quantity = written(day.quantity, billed.decimals)
        count("usage_flagged", reason=reason, quantity=quantity, item_price_id=billed.item_price_id, **_ids(day))

    def postponed(self, day: BilledDay, reason: str) -> None:
        count("usage_postponed", reason=reason, **_ids(day))

    def not_closed(self, invoice: PendingInvoice, reason: str) -> None:
        ids = {"invoice_id": invoice.id, "subscription_id": invoice.subscription_id}
        logger().warning("usage_invoice_not_closed", extra={"reason": reason, **ids})


def _ids(day: BilledDay) -> dict[str, str]:
    return {"organization_id": day.organization_id, "usage_id": day.billing_day.usage_id(day.organization_id)}


def _tell_backlog(backlog: Backlog) -> None:
    """What the run has left to the next."""
    count_many("usage_due", backlog.days)
    measure("usage_due_age_seconds", backlog.age)


def run(context: Any) -> dict[str, Any]:
    """Raises the ChargebeeError that stopped the run; the next run goes on where it stopped."""

    def has_time() -> bool:
        return bool(context.get_remaining_time_in_millis() > LAST_REPORT)

    days, billing = wiring.billed_days(), chargebee_wiring.chargebee_usage()
    try:
        done = report_usage(Reporting(days, billing, customer_owner, _Alarms(), utc_now(), has_time, at_once()))
    finally:
        _tell_backlog(days.backlog(utc_now()))
    count_many("usage_invoices_pending", done.pending)
    result = {"days": done.days, "flagged": done.flagged, "invoicesClosed": done.closed}
    logger().info("usage_reported", extra={**result, "postponed": done.postponed, "invoicesPending": done.pending})
    return result


def customer_owner(customer_id: str) -> str | None:
    """The organization of a customer: the pointer's, or the one that it is called after, if that has no other."""
    store = wiring.store()
    if owner := store.customer_owner(customer_id):
        return owner
    organization = store.load(customer_id).organization
    if organization is None:
        return None
    own = {organization.customer_id or customer_id, *organization.retired_customers}
    return organization.id if customer_id in own else None

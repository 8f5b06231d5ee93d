"""Report one closed day of metered usage to Chargebee."""

from dataclasses import dataclass
from enum import StrEnum

from billing.core.chargebee_errors import (
    ChargebeeBusy,
    ChargebeeDuplicate,
    ChargebeeError,
    ChargebeeKeyReused,
    ChargebeeMisconfigured,
    ChargebeeNotFound,
    ChargebeeRefused,
    ChargebeeSiteNotReady,
    ChargebeeSiteReadOnly,
    ChargebeeTimeout,
    ChargebeeUnavailable,
)
from billing.metering.domain.billing_day import BilledDay
from billing.metering.services.reporting_ports import MeteredBilling, Reporting, ToldUsage

PASSING = (ChargebeeBusy, ChargebeeMisconfigured, ChargebeeTimeout, ChargebeeUnavailable)
"""What may go otherwise later, and need not concern anybody else."""

WHOLE_SITE = (ChargebeeSiteNotReady, ChargebeeSiteReadOnly)
"""Of those, what concerns everybody. So do rate limits, and a key that is refused."""

NOT_INVOICED = "not_invoiced"
TO_CREDIT = "to_credit"
ANOTHER_QUANTITY = "reported_with_another_quantity"


class DayOutcome(StrEnum):
    """What came of a day: it is billed, never will be, is on no invoice yet, or was not taken."""

    REPORTED = "reported"
    FLAGGED = "flagged"
    UNCONFIRMED = "unconfirmed"
    POSTPONED = "postponed"


@dataclass(frozen=True, slots=True)
class DayReport:
    """What came of a day, and the error behind it."""

    outcome: DayOutcome
    error: ChargebeeError | None = None


def report_day(day: BilledDay, term_end: int | None, reporting: Reporting) -> DayReport:
    """Report a day of a term whose pending invoice ends it at `term_end` (UTC seconds). Where none waits for it, None,
    it lasts until its own end, or its subscription's.

    Invariant: it is sealed before its quantity is read, so the quantity is final. What Chargebee was told too much of
    is flagged, for its usage cannot be taken back; of nothing it is told nothing. What goes wrong is this day's alone,
    but for a ChargebeeError that concerns the whole site, which is raised.
    """
    if term_end is None:
        term_end = reporting.days.ended(day) or day.billing_day.term_end
    sealed = reporting.days.seal(day).until(term_end)
    if sealed.billing_day.credit:
        return _flagged(sealed, TO_CREDIT, reporting)
    if sealed.quantity == 0:
        reporting.days.mark_reported(day)
        return DayReport(DayOutcome.REPORTED)
    return _tell(sealed, day, reporting)


def _tell(sealed: BilledDay, day: BilledDay, reporting: Reporting) -> DayReport:
    """Its id is made of what it is, so that a crash between the report and its mark repeats nothing. It is done when an
    invoice has it, or its term will have one; what is on none days after its term is flagged.
    """
    try:
        told = _told(sealed, reporting.billing)
    except WHOLE_SITE:
        raise
    except PASSING as error:
        return _postponed(day, error, reporting)
    except (ChargebeeRefused, ChargebeeNotFound) as error:
        return _flagged(sealed, error.code, reporting)
    if told is None or told.quantity != sealed.units:
        return _flagged(sealed, ANOTHER_QUANTITY, reporting)
    if told.invoice_id is not None or reporting.now < sealed.billing_day.term_end:
        reporting.days.mark_reported(day)
        return DayReport(DayOutcome.REPORTED)
    if sealed.overdue(reporting.now):
        return _flagged(sealed, NOT_INVOICED, reporting)
    reporting.days.postpone(day.told_at(reporting.now), NOT_INVOICED)
    return DayReport(DayOutcome.UNCONFIRMED)


def _told(sealed: BilledDay, billing: MeteredBilling) -> ToldUsage | None:
    """What Chargebee has of the day now."""
    subscription_id = sealed.billing_day.subscription_id
    usage_id = sealed.billing_day.usage_id(sealed.organization_id)
    if sealed.told:
        return billing.told_usage(usage_id, subscription_id)
    try:
        return billing.create_usage(usage_id, sealed)
    except (ChargebeeDuplicate, ChargebeeKeyReused):
        return billing.told_usage(usage_id, subscription_id)


def _postponed(day: BilledDay, error: ChargebeeError, reporting: Reporting) -> DayReport:
    reporting.alarms.postponed(day, error.code)
    reporting.days.postpone(day.postponed(reporting.now), error.code)
    return DayReport(DayOutcome.POSTPONED, error)


def _flagged(day: BilledDay, reason: str, reporting: Reporting) -> DayReport:
    """The alarm comes first: a crash repeats it."""
    reporting.alarms.flagged(day, reason)
    reporting.days.flag(day, reason)
    return DayReport(DayOutcome.FLAGGED)

"""Report metered usage to Chargebee: each closed day once, and the invoice of a term after its last day."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Protocol

from billing.core.chargebee_errors import ChargebeeDuplicate, ChargebeeKeyReused, ChargebeeNotFound, ChargebeeRefused
from billing.metering.domain.billing_day import SEAL_AFTER, BilledDay


@dataclass(frozen=True, slots=True)
class PendingInvoice:
    """An invoice that waits for the usage of its term. `term_end` is UTC seconds."""

    id: str
    customer_id: str
    subscription_id: str
    term_end: int


class BilledDays(Protocol):
    """The days in the table. A day is due until it is reported or flagged."""

    def due(self, until: int) -> Iterable[BilledDay]:
        """The due days up to the one of `until` (UTC seconds), oldest first."""

    def due_of(self, organization_id: str, subscription_id: str) -> Sequence[BilledDay]:
        """The due days of one subscription."""

    def seal(self, day: BilledDay) -> BilledDay:
        """Close the day for further uses, and read its final quantity."""

    def mark_reported(self, day: BilledDay) -> None:
        """The day is Chargebee's now."""

    def flag(self, day: BilledDay, reason: str) -> None:
        """The day cannot be billed; somebody must look. It is kept, and no longer due."""


class MeteredBilling(Protocol):
    """Chargebee's usage and pending invoices."""

    def create_usage(self, usage_id: str, day: BilledDay) -> None:
        """Raises ChargebeeDuplicate when the id is taken, ChargebeeRefused when the term no longer takes it."""

    def usage_quantity(self, usage_id: str, subscription_id: str) -> int | None:
        """The quantity that Chargebee has under an id."""

    def pending_invoices(self) -> Iterable[PendingInvoice]:
        """The invoices that wait."""

    def close_invoice(self, invoice_id: str) -> None:
        """Finalise. One that is closed already, or has nothing to bill, is left as it is."""


Owner = Callable[[str], str | None]
"""The organization of a Chargebee customer, None for the customer of somebody else on the same site."""

HasTime = Callable[[], bool]
"""Whether the run may begin another day or invoice."""

Alarm = Callable[[BilledDay, str], None]
"""Alert somebody to a day that cannot be billed, with the reason."""


@dataclass(frozen=True, slots=True)
class Reporting:
    """What reporting needs: the table's days, Chargebee, whose customers are whose, the alarm, and the time.

    `now` is UTC seconds.
    """

    days: BilledDays
    billing: MeteredBilling
    owner: Owner
    alarm: Alarm
    now: int
    has_time: HasTime


@dataclass(frozen=True, slots=True)
class ReportingTotals:
    """How many days went to Chargebee, how many somebody must look at, and how many invoices were closed."""

    days: int
    flagged: int
    closed: int


def report_usage(reporting: Reporting) -> ReportingTotals:
    """Report the ended terms of pending invoices and close those; then report every other closed day.

    Invariant: a day is sealed before its quantity is read, so the quantity is final. Its id is made of what it is, so
    that a crash between the report and its mark repeats nothing. A ChargebeeError ends the run, and so does its time;
    what is due stays due.
    """
    outcomes: list[bool] = []
    closed = 0
    for invoice, organization_id in _ended_terms(reporting):
        for day in reporting.days.due_of(organization_id, invoice.subscription_id):
            if day.billing_day.term_start < invoice.term_end:
                outcomes.append(_report(day, invoice.term_end, reporting))
        reporting.billing.close_invoice(invoice.id)
        closed += 1
    due = (day for day in reporting.days.due(reporting.now) if day.billing_day.closed(reporting.now))
    for day in takewhile(lambda _: reporting.has_time(), due):
        outcomes.append(_report(day, day.billing_day.term_end, reporting))
    return ReportingTotals(sum(outcomes), len(outcomes) - sum(outcomes), closed)


def _ended_terms(reporting: Reporting) -> Iterator[tuple[PendingInvoice, str]]:
    """The pending invoices whose last day is over, each with its organization."""
    for invoice in takewhile(lambda _: reporting.has_time(), reporting.billing.pending_invoices()):
        if reporting.now >= invoice.term_end + SEAL_AFTER and (organization_id := reporting.owner(invoice.customer_id)):
            yield invoice, organization_id


def _report(day: BilledDay, term_end: int, reporting: Reporting) -> bool:
    """True when Chargebee has the day, False when it is flagged. The alarm comes first: a crash repeats it."""
    problem = _submit(reporting.days.seal(day).until(term_end), reporting.billing)
    if problem is not None:
        reporting.alarm(day, problem)
        reporting.days.flag(day, problem)
        return False
    reporting.days.mark_reported(day)
    return True


def _submit(sealed: BilledDay, billing: MeteredBilling) -> str | None:
    """Create the usage in Chargebee; the reason why it cannot be billed, None when it is."""
    usage_id = sealed.billing_day.usage_id(sealed.organization_id)
    try:
        billing.create_usage(usage_id, sealed)
    except (ChargebeeDuplicate, ChargebeeKeyReused):
        known = billing.usage_quantity(usage_id, sealed.billing_day.subscription_id)
        return None if known == sealed.quantity else "reported_with_another_quantity"
    except (ChargebeeRefused, ChargebeeNotFound) as error:
        return error.code
    return None

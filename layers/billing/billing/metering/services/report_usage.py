"""Report metered usage to Chargebee: each closed day once, and the invoice of a term after its last day."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Protocol

from billing.core.chargebee_errors import ChargebeeDuplicate, ChargebeeKeyReused, ChargebeeNotFound, ChargebeeRefused
from billing.metering.domain.billing_day import SEAL_AFTER, Report


@dataclass(frozen=True, slots=True)
class PendingInvoice:
    """An invoice that waits for the usage of its term. `term_end` is UTC seconds."""

    id: str
    customer_id: str
    subscription_id: str
    term_end: int


class Reports(Protocol):
    """The days in the table. What is not reported stays due."""

    def due(self, until: int) -> Iterable[Report]:
        """The unreported days up to the one of `until` (UTC seconds), oldest first."""

    def due_of(self, organization_id: str, subscription_id: str) -> Sequence[Report]:
        """The unreported days of one subscription."""

    def seal(self, report: Report) -> Report:
        """Close the day for further uses, and read its final quantity."""

    def reported(self, report: Report) -> None:
        """The day is Chargebee's now."""

    def flagged(self, report: Report, reason: str) -> None:
        """The day cannot be billed; somebody must look. It is kept, and no longer due."""


class MeteredBilling(Protocol):
    """Chargebee's usage and pending invoices."""

    def create_usage(self, usage_id: str, report: Report) -> None:
        """Raises ChargebeeDuplicate when the id is taken, ChargebeeRefused when the term no longer takes it."""

    def usage_quantity(self, usage_id: str, subscription_id: str) -> int | None:
        """What was reported under an id."""

    def pending_invoices(self) -> Iterable[PendingInvoice]:
        """The invoices that wait."""

    def close_invoice(self, invoice_id: str) -> None:
        """Finalise. One that is closed already, or has nothing to bill, is left as it is."""


@dataclass(frozen=True, slots=True)
class Reported:
    """How many days went to Chargebee, how many somebody must look at, and how many invoices were closed."""

    days: int
    flagged: int
    closed: int


Owner = Callable[[str], str | None]
"""The organization of a Chargebee customer, None for the customer of somebody else on the same site."""

HasTime = Callable[[], bool]
"""Whether the run may begin another report."""

Alarm = Callable[[Report, str], None]
"""Tell somebody of a day that cannot be billed, and why."""


def report_usage(
    reports: Reports, billing: MeteredBilling, owner: Owner, alarm: Alarm, *, now: int, has_time: HasTime
) -> Reported:
    """Close the invoices whose terms are over, once they are told whole; then report every other closed day.

    `now` is UTC seconds. Invariant: a day is sealed before its number is read, so the number is final; its id is made
    of what it is, so that a crash between the report and its mark repeats nothing. A ChargebeeError ends the run, and
    so does its time; what is due stays due.
    """
    outcomes: list[bool] = []
    closed = 0
    for invoice in takewhile(lambda _: has_time(), billing.pending_invoices()):
        organization_id = owner(invoice.customer_id) if now >= invoice.term_end + SEAL_AFTER else None
        if organization_id is None:
            continue
        of_term = reports.due_of(organization_id, invoice.subscription_id)
        outcomes += [
            _report(each, invoice.term_end, reports, billing, alarm)
            for each in of_term
            if each.day.term_start < invoice.term_end
        ]
        billing.close_invoice(invoice.id)
        closed += 1
    due = (each for each in reports.due(now) if each.day.closed(now))
    outcomes += [
        _report(each, each.day.term_end, reports, billing, alarm) for each in takewhile(lambda _: has_time(), due)
    ]
    return Reported(sum(outcomes), len(outcomes) - sum(outcomes), closed)


def _report(report: Report, term_end: int, reports: Reports, billing: MeteredBilling, alarm: Alarm) -> bool:
    """True when Chargebee has the day, False when it is flagged. The alarm comes first: a crash repeats it."""
    problem = _told(reports.seal(report).until(term_end), billing)
    if problem is not None:
        alarm(report, problem)
        reports.flagged(report, problem)
        return False
    reports.reported(report)
    return True


def _told(sealed: Report, billing: MeteredBilling) -> str | None:
    """Tell Chargebee; why it cannot be billed, None when it is."""
    usage_id = sealed.day.usage_id(sealed.organization_id)
    try:
        billing.create_usage(usage_id, sealed)
    except (ChargebeeDuplicate, ChargebeeKeyReused):
        known = billing.usage_quantity(usage_id, sealed.day.subscription_id)
        return None if known == sealed.quantity else "reported_with_another_quantity"
    except (ChargebeeRefused, ChargebeeNotFound) as error:
        return error.code
    return None

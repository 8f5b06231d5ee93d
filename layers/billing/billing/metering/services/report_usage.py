"""Report metered usage to Chargebee: each closed day once, and the invoice of a term after its last day."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from itertools import takewhile

from billing.core.chargebee_errors import (
    ChargebeeError,
    ChargebeeNotFound,
    ChargebeeRefused,
)
from billing.metering.domain.billing_day import SEAL_AFTER, BilledDay, BillingDay
from billing.metering.services.report_day import PASSING, WHOLE_SITE, DayOutcome, DayReport, report_day
from billing.metering.services.reporting_ports import PendingInvoice, Reporting


@dataclass(frozen=True, slots=True)
class ReportingTotals:
    """How many days went to Chargebee, how many somebody must look at, and how many invoices were closed.

    `postponed` are the days that Chargebee did not take now, `pending` the invoices that it did not close.
    """

    days: int
    flagged: int
    closed: int
    postponed: int = 0
    pending: int = 0


@dataclass(slots=True)
class _Run:
    """What a run has come to so far. It tries no day twice."""

    outcomes: list[DayOutcome] = field(default_factory=list)
    tried: set[tuple[str, BillingDay]] = field(default_factory=set)
    closed: int = 0
    pending: int = 0
    error: ChargebeeError | None = None

    def add(self, day: BilledDay, report: DayReport) -> None:
        self.tried.add((day.organization_id, day.billing_day))
        self.outcomes.append(report.outcome)
        self.error = report.error or self.error

    @property
    def totals(self) -> ReportingTotals:
        reported, flagged, postponed = (
            self.outcomes.count(each) for each in (DayOutcome.REPORTED, DayOutcome.FLAGGED, DayOutcome.POSTPONED)
        )
        return ReportingTotals(reported, flagged, self.closed, postponed, self.pending)


def report_usage(reporting: Reporting) -> ReportingTotals:
    """Report the ended terms of pending invoices and close those; then report every other closed day.

    Each day and each invoice stands alone: what Chargebee does not take is tried again after a pause that grows, and
    the run goes on. Its time ends a run, and so does a ChargebeeError that concerns the whole site, which is raised;
    what is due stays due. Where nothing at all went through, the last error is raised.
    """
    run = _Run()
    try:
        for invoice, organization_id in _ended_terms(reporting):
            _end_term(invoice, organization_id, reporting, run)
    except WHOLE_SITE:
        raise
    except PASSING as error:  # of the list itself
        run.error = error
    _report(takewhile(lambda _: reporting.has_time(), _due(reporting, run)), reporting, run)
    totals = run.totals
    if run.error is not None and not (totals.days or totals.flagged or totals.closed):
        raise run.error
    return totals


def _report(days: Iterable[BilledDay], reporting: Reporting, run: _Run) -> None:
    """Several at once, as many as the site's limit allows."""
    with ThreadPoolExecutor(reporting.at_once) as beside:
        for batch in _apart(days, reporting.at_once):
            reports = [beside.submit(copy_context().run, report_day, day, None, reporting) for day in batch]
            for day, report in zip(batch, reports, strict=True):
                run.add(day, report.result())


def _apart(days: Iterable[BilledDay], most: int) -> Iterator[list[BilledDay]]:
    """In their order, each of another subscription: Chargebee lets one call at a time change one."""
    batch: dict[tuple[str, str], BilledDay] = {}
    for day in days:
        subscription = day.organization_id, day.billing_day.subscription_id
        if subscription in batch or len(batch) == most:
            yield [*batch.values()]
            batch.clear()
        batch[subscription] = day
    if batch:
        yield [*batch.values()]


def _due(reporting: Reporting, run: _Run) -> Iterator[BilledDay]:
    """What there is to do beside the ended terms."""
    for day in reporting.days.due(reporting.now):
        if day.ready(reporting.now) and (day.organization_id, day.billing_day) not in run.tried:
            yield day


def _ended_terms(reporting: Reporting) -> Iterator[tuple[PendingInvoice, str]]:
    """The pending invoices whose last day is over, each with its organization."""
    for invoice in takewhile(lambda _: reporting.has_time(), reporting.billing.pending_invoices()):
        if reporting.now >= invoice.term_end + SEAL_AFTER and (organization_id := reporting.owner(invoice.customer_id)):
            yield invoice, organization_id


def _end_term(invoice: PendingInvoice, organization_id: str, reporting: Reporting, run: _Run) -> None:
    """Report the days of the term, and close its invoice when Chargebee has them all."""
    whole = True
    for day in reporting.days.due_of(organization_id, invoice.subscription_id):
        if day.billing_day.term_start < invoice.term_end:
            whole &= _in_term(day, invoice.term_end, reporting, run)
    if not whole:
        run.pending += 1
        return
    try:
        reporting.billing.close_invoice(invoice.id)
        run.closed += 1
    except ChargebeeNotFound:
        return  # it has closed by itself
    except WHOLE_SITE:
        raise
    except (ChargebeeRefused, *PASSING) as error:
        reporting.alarms.not_closed(invoice, error.code)
        run.pending += 1


def _in_term(day: BilledDay, term_end: int, reporting: Reporting, run: _Run) -> bool:
    """Whether the invoice need not wait for this day any more."""
    if day.not_before > reporting.now:
        return day.told
    report = report_day(day, term_end, reporting)
    run.add(day, report)
    return report.outcome is not DayOutcome.POSTPONED

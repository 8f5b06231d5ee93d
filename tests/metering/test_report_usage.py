"""Usage reaches Chargebee once and whole, wherever a run stops."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import pytest

from billing.core.chargebee_errors import ChargebeeDuplicate, ChargebeeKeyReused, ChargebeeRefused, ChargebeeUnavailable
from billing.core.clock import DAY
from billing.metering.domain.billing_day import SEAL_AFTER, BilledDay, BillingDay
from billing.metering.services.report_usage import PendingInvoice, Reporting, ReportingTotals, report_usage

MIDNIGHT = 20_000 * DAY
CLOSED = MIDNIGHT + DAY + SEAL_AFTER
TERM = (MIDNIGHT - 10 * DAY, MIDNIGHT + 20 * DAY)
DAY_ONE = BillingDay(MIDNIGHT, "sub_1", "api-calls", *TERM, item_price_id="api-calls")


class Crash(Exception):
    """The process died here."""


@dataclass
class ReportingModel:
    """The table's days and Chargebee's usage in memory; a run may be made to die before or after any effect."""

    days: dict[BillingDay, BilledDay] = field(default_factory=dict)
    open: set[BillingDay] = field(default_factory=set)
    flags: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    usages: dict[str, tuple[str, int]] = field(default_factory=dict)
    dates: list[int] = field(default_factory=list)
    invoices: list[PendingInvoice] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    refuse: Exception | None = None
    steps_to_live: int | None = None

    def use(self, day: BillingDay, quantity: int) -> None:
        known = self.days.get(day)
        assert known is None or not known.sealed, "a use was counted into a sealed day"
        self.days[day] = BilledDay("org_1", day, quantity + (known.quantity if known else 0))
        self.open.add(day)

    def run(self, now: int, has_time: Callable[[], bool] = lambda: True) -> ReportingTotals:
        return report_usage(Reporting(self, self, self.owner, self.alarm, now, has_time))

    def alarm(self, day: BilledDay, reason: str) -> None:
        self.alarms.append(reason)

    def owner(self, customer_id: str) -> str | None:
        return customer_id if customer_id == "org_1" else None

    def _step(self) -> None:
        if self.steps_to_live is not None:
            self.steps_to_live -= 1
            if self.steps_to_live < 0:
                raise Crash

    def due(self, until: int) -> Iterable[BilledDay]:
        return [self.days[day] for day in sorted(self.open, key=lambda day: day.day) if day.day <= until]

    def due_of(self, organization_id: str, subscription_id: str) -> Sequence[BilledDay]:
        return [self.days[day] for day in self.open if day.subscription_id == subscription_id]

    def seal(self, day: BilledDay) -> BilledDay:
        self._step()
        self.days[day.billing_day] = replace(self.days[day.billing_day], sealed=True)
        self._step()
        return self.days[day.billing_day]

    def mark_reported(self, day: BilledDay) -> None:
        self._step()
        self.open.discard(day.billing_day)
        self._step()

    def flag(self, day: BilledDay, reason: str) -> None:
        self.open.discard(day.billing_day)
        self.flags.append(reason)

    def create_usage(self, usage_id: str, day: BilledDay) -> None:
        self._step()
        if self.refuse:
            raise self.refuse
        if usage_id in self.usages:
            raise ChargebeeDuplicate(usage_id)
        self.usages[usage_id] = (day.billing_day.subscription_id, day.quantity)
        self.dates.append(day.billing_day.usage_date)
        self._step()

    def usage_quantity(self, usage_id: str, subscription_id: str) -> int | None:
        return self.usages[usage_id][1] if usage_id in self.usages else None

    def pending_invoices(self) -> Iterator[PendingInvoice]:
        yield from (invoice for invoice in self.invoices if invoice.id not in self.closed)

    def close_invoice(self, invoice_id: str) -> None:
        self._step()
        self.closed.append(invoice_id)
        self._step()


@pytest.fixture
def model() -> ReportingModel:
    made = ReportingModel()
    made.use(DAY_ONE, 7)
    made.use(DAY_ONE, 5)
    return made


def test_an_open_day_is_not_reported(model: ReportingModel) -> None:
    assert model.run(CLOSED - 1) == ReportingTotals(0, 0, 0)
    assert model.open == {DAY_ONE}


def test_a_closed_day_is_reported_once_and_whole(model: ReportingModel) -> None:
    assert model.run(CLOSED) == ReportingTotals(1, 0, 0)
    assert model.run(CLOSED) == ReportingTotals(0, 0, 0)
    assert list(model.usages.values()) == [("sub_1", 12)]


@pytest.mark.parametrize("steps", range(8))
def test_a_run_that_dies_anywhere_is_finished_by_the_next(model: ReportingModel, steps: int) -> None:
    model.invoices = [PendingInvoice("inv_1", "org_1", "sub_1", TERM[1])]
    now = TERM[1] + SEAL_AFTER
    model.steps_to_live = steps
    with pytest.raises(Crash):
        model.run(now)
    model.steps_to_live = None
    model.run(now)
    assert list(model.usages.values()) == [("sub_1", 12)]
    assert (model.open, model.flags, model.closed[-1]) == (set(), [], "inv_1")


def test_while_chargebee_is_away_everything_stays_due(model: ReportingModel) -> None:
    model.refuse = ChargebeeUnavailable("down")
    with pytest.raises(ChargebeeUnavailable):
        model.run(CLOSED)
    model.refuse = None
    assert model.run(CLOSED + 40 * DAY).days == 1


def test_a_day_that_chargebee_refuses_is_flagged_and_never_dropped(model: ReportingModel) -> None:
    model.refuse = ChargebeeRefused("The term is closed.", "usage_not_allowed")
    assert model.run(CLOSED) == ReportingTotals(0, 1, 0)
    assert (model.flags, model.days[DAY_ONE].quantity) == (["usage_not_allowed"], 12)


def test_an_id_that_stands_for_another_quantity_is_flagged(model: ReportingModel) -> None:
    model.usages[DAY_ONE.usage_id("org_1")] = ("sub_1", 3)
    assert model.run(CLOSED) == ReportingTotals(0, 1, 0)
    assert model.flags == ["reported_with_another_quantity"]


def test_a_key_that_was_used_for_another_quantity_is_flagged_and_stops_nobody_elses_day(model: ReportingModel) -> None:
    model.refuse = ChargebeeKeyReused("One key, two requests.")
    assert model.run(CLOSED) == ReportingTotals(0, 1, 0)
    assert model.flags == ["reported_with_another_quantity"]


def test_the_invoice_of_a_term_waits_for_its_last_day(model: ReportingModel) -> None:
    last = replace(DAY_ONE, day=MIDNIGHT + 19 * DAY)
    model.use(last, 4)
    model.invoices = [PendingInvoice("inv_1", "org_1", "sub_1", TERM[1])]
    model.run(TERM[1] + SEAL_AFTER - 1)
    assert (model.closed, last in model.open) == ([], True)
    assert model.run(TERM[1] + SEAL_AFTER) == ReportingTotals(1, 0, 1)
    assert sum(quantity for _, quantity in model.usages.values()) == 16


def test_a_run_without_time_leaves_the_rest_to_the_next_and_invoices_come_first(model: ReportingModel) -> None:
    elsewhere = replace(DAY_ONE, subscription_id="sub_2", term_end=TERM[1] + 30 * DAY)
    model.use(elsewhere, 3)
    model.invoices = [PendingInvoice("inv_1", "org_1", "sub_1", TERM[1])]
    turns = iter([True, False, False])
    assert model.run(TERM[1] + SEAL_AFTER, lambda: next(turns)) == ReportingTotals(1, 0, 1)
    assert (model.open, model.closed) == ({elsewhere}, ["inv_1"])
    assert model.run(TERM[1] + SEAL_AFTER) == ReportingTotals(1, 0, 0)


def test_an_invoice_does_not_wait_for_the_term_behind_it(model: ReportingModel) -> None:
    following = replace(DAY_ONE, day=TERM[1], term_start=TERM[1], term_end=TERM[1] + 30 * DAY)
    model.use(following, 9)
    model.invoices = [PendingInvoice("inv_1", "org_1", "sub_1", TERM[1])]
    model.run(TERM[1] + SEAL_AFTER)
    assert model.closed == ["inv_1"]
    assert model.open == {following}


def test_a_flag_is_told_of_even_when_the_run_is_stopped_behind_it(model: ReportingModel) -> None:
    model.usages[DAY_ONE.usage_id("org_1")] = ("sub_1", 3)
    model.use(replace(DAY_ONE, day=MIDNIGHT + DAY), 1)
    model.steps_to_live = 5
    with pytest.raises(Crash):
        model.run(CLOSED + DAY)
    assert model.alarms == model.flags == ["reported_with_another_quantity"]


def test_a_day_of_a_term_that_ended_before_its_time_is_billed_by_the_invoice_of_that_term(
    model: ReportingModel,
) -> None:
    cancelled = MIDNIGHT + DAY // 2
    model.invoices = [PendingInvoice("inv_1", "org_1", "sub_1", cancelled)]
    assert model.run(CLOSED) == ReportingTotals(1, 0, 1)
    assert model.dates == [cancelled - 1]
    assert model.open == set()


def test_the_invoices_of_nobody_we_know_are_left_alone(model: ReportingModel) -> None:
    model.invoices = [PendingInvoice("inv_1", "somebody", "sub_9", TERM[1])]
    assert model.run(TERM[1] + SEAL_AFTER).closed == 0
    assert model.closed == []

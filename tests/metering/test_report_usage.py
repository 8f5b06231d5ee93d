"""Usage reaches Chargebee once and whole, wherever a run stops."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from threading import Barrier

import pytest

from billing.core.chargebee_errors import (
    ChargebeeBusy,
    ChargebeeDuplicate,
    ChargebeeError,
    ChargebeeKeyReused,
    ChargebeeMisconfigured,
    ChargebeeNotFound,
    ChargebeeRateLimited,
    ChargebeeRefused,
    ChargebeeRejectedKey,
    ChargebeeSiteReadOnly,
    ChargebeeTimeout,
    ChargebeeUnavailable,
)
from billing.core.clock import DAY
from billing.metering.domain.billing_day import CONFIRM_WITHIN, LONGEST_PAUSE, PAUSE, SEAL_AFTER, BilledDay, BillingDay
from billing.metering.services.report_usage import ReportingTotals, report_usage
from billing.metering.services.reporting_ports import PendingInvoice, Reporting, ToldUsage

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
    refuse_for: str | None = None
    refuse_list: Exception | None = None
    refuse_close: Exception | None = None
    on_invoices: bool = True
    not_taken: list[str] = field(default_factory=list)
    left_pending: list[tuple[str, str]] = field(default_factory=list)
    steps_to_live: int | None = None
    ended_at: int | None = None

    def use(self, day: BillingDay, quantity: int) -> None:
        known = self.days.get(day)
        assert known is None or not known.sealed, "a use was counted into a sealed day"
        self.days[day] = BilledDay("org_1", day, quantity + (known.quantity if known else 0))
        self.open.add(day)

    def run(self, now: int, has_time: Callable[[], bool] = lambda: True, at_once: int = 1) -> ReportingTotals:
        return report_usage(Reporting(self, self, self.owner, self, now, has_time, at_once))

    def flagged(self, day: BilledDay, reason: str) -> None:
        self.alarms.append(reason)

    def postponed(self, day: BilledDay, reason: str) -> None:
        self.not_taken.append(reason)

    def not_closed(self, invoice: PendingInvoice, reason: str) -> None:
        self.left_pending.append((invoice.id, reason))

    def owner(self, customer_id: str) -> str | None:
        return customer_id if customer_id == "org_1" else None

    def ended(self, day: BilledDay) -> int | None:
        return self.ended_at

    def _step(self) -> None:
        if self.steps_to_live is not None:
            self.steps_to_live -= 1
            if self.steps_to_live < 0:
                raise Crash

    def due(self, until: int) -> Iterable[BilledDay]:
        return [
            self.days[day]
            for day in sorted(self.open, key=lambda day: (day.day, day.subscription_id))
            if day.day <= until
        ]

    def due_of(self, organization_id: str, subscription_id: str) -> Sequence[BilledDay]:
        return [self.days[day] for day in self.open if day.subscription_id == subscription_id]

    def seal(self, day: BilledDay) -> BilledDay:
        self._step()
        self.days[day.billing_day] = replace(self.days[day.billing_day], sealed=True)
        self._step()
        return self.days[day.billing_day]

    def postpone(self, day: BilledDay, reason: str) -> None:
        self._step()
        known = self.days[day.billing_day]
        self.days[day.billing_day] = replace(known, attempts=day.attempts, not_before=day.not_before, told=day.told)
        self._step()

    def mark_reported(self, day: BilledDay) -> None:
        self._step()
        self.open.discard(day.billing_day)
        self._step()

    def flag(self, day: BilledDay, reason: str) -> None:
        """Its key has no end of a term, which may have come early."""
        self.open -= {each for each in self.open if replace(day.billing_day, term_end=each.term_end) == each}
        self.flags.append(reason)

    def create_usage(self, usage_id: str, day: BilledDay) -> ToldUsage:
        self._step()
        if self.refuse and self.refuse_for in (None, day.billing_day.subscription_id):
            raise self.refuse
        if usage_id in self.usages:
            raise ChargebeeDuplicate(usage_id)
        self.usages[usage_id] = (day.billing_day.subscription_id, day.quantity)
        self.dates.append(day.billing_day.usage_date)
        self._step()
        return ToldUsage(day.quantity, self._invoice)

    @property
    def _invoice(self) -> str | None:
        return "inv_1" if self.on_invoices else None

    def told_usage(self, usage_id: str, subscription_id: str) -> ToldUsage | None:
        return ToldUsage(self.usages[usage_id][1], self._invoice) if usage_id in self.usages else None

    def pending_invoices(self) -> Iterator[PendingInvoice]:
        if self.refuse_list:
            raise self.refuse_list
        yield from (invoice for invoice in self.invoices if invoice.id not in self.closed)

    def close_invoice(self, invoice_id: str) -> None:
        self._step()
        if self.refuse_close:
            raise self.refuse_close
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


def test_a_day_of_a_subscription_that_ended_is_dated_before_its_end_and_flagged_when_no_invoice_has_it(
    model: ReportingModel,
) -> None:
    """The invoice of its end was closed without it, or could not be listed."""
    model.ended_at, model.on_invoices = MIDNIGHT + DAY // 2, False
    assert model.run(CLOSED) == ReportingTotals(0, 0, 0)
    assert (model.dates, model.open) == ([model.ended_at - 1], {DAY_ONE})
    model.run(model.ended_at + CONFIRM_WITHIN + LONGEST_PAUSE)
    assert (model.alarms, model.open) == (["not_invoiced"], set())


def test_the_invoices_of_nobody_we_know_are_left_alone(model: ReportingModel) -> None:
    model.invoices = [PendingInvoice("inv_1", "somebody", "sub_9", TERM[1])]
    assert model.run(TERM[1] + SEAL_AFTER).closed == 0
    assert model.closed == []


OTHERS = replace(DAY_ONE, subscription_id="sub_2")
BEHIND = replace(DAY_ONE, subscription_id="sub_3", day=MIDNIGHT + DAY)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ChargebeeMisconfigured("The site is not ready.", "configuration_incompatible"), "configuration_incompatible"),
        (ChargebeeUnavailable("HTML"), "chargebee_unavailable"),
        (ChargebeeTimeout("slow"), "chargebee_timeout"),
        (ChargebeeBusy("held", 1), "chargebee_busy"),
    ],
)
def test_a_day_that_is_not_taken_now_stays_due_and_holds_up_nobody(
    model: ReportingModel, error: ChargebeeError, outcome: str
) -> None:
    model.use(OTHERS, 3)
    model.use(BEHIND, 4)
    model.refuse, model.refuse_for = error, "sub_1"
    assert model.run(CLOSED + DAY) == ReportingTotals(2, 0, 0, postponed=1)
    assert (model.open, model.not_taken, model.alarms) == ({DAY_ONE}, [outcome], [])
    model.refuse = None
    assert model.run(CLOSED + DAY) == ReportingTotals(1, 0, 0)


@pytest.mark.parametrize(
    "error", [ChargebeeRefused("No.", "invalid"), ChargebeeNotFound("Nobody."), ChargebeeKeyReused("Twice.")]
)
def test_a_day_that_is_refused_for_good_is_flagged_and_holds_up_nobody(
    model: ReportingModel, error: ChargebeeError
) -> None:
    model.use(OTHERS, 3)
    model.refuse, model.refuse_for = error, "sub_1"
    assert model.run(CLOSED) == ReportingTotals(1, 1, 0)
    assert model.open == set()


@pytest.mark.parametrize(
    "error", [ChargebeeRateLimited("later", 60), ChargebeeRejectedKey("who?"), ChargebeeSiteReadOnly("later")]
)
def test_what_concerns_the_whole_site_ends_the_run_and_is_no_days_fault(
    model: ReportingModel, error: ChargebeeError
) -> None:
    model.use(OTHERS, 3)
    model.refuse, model.refuse_for = error, "sub_1"
    with pytest.raises(type(error)):
        model.run(CLOSED)
    assert model.open == {DAY_ONE, OTHERS}
    assert [model.days[day].not_before for day in (DAY_ONE, OTHERS)] == [0, 0]


def test_the_pause_before_a_day_is_tried_again_grows_to_six_hours(model: ReportingModel) -> None:
    model.refuse = ChargebeeUnavailable("HTML")
    now, pauses = CLOSED, []
    for _ in range(6):
        with pytest.raises(ChargebeeUnavailable):
            model.run(now)
        pauses.append(model.days[DAY_ONE].not_before - now)
        now = max(now, model.days[DAY_ONE].not_before)
        if pauses[-1]:
            assert model.run(now - 1) == ReportingTotals(0, 0, 0)
    assert pauses == [0, PAUSE, 2 * PAUSE, 4 * PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]


def test_usage_that_no_invoice_has_by_its_time_is_flagged_with_what_it_came_to(model: ReportingModel) -> None:
    model.on_invoices = False
    assert model.run(TERM[1]) == ReportingTotals(0, 0, 0)
    assert model.open == {DAY_ONE}
    assert model.run(TERM[1] + CONFIRM_WITHIN - 1).flagged == 0
    assert model.run(TERM[1] + CONFIRM_WITHIN + LONGEST_PAUSE).flagged == 1
    assert (model.flags, model.alarms, model.days[DAY_ONE].quantity) == (["not_invoiced"], ["not_invoiced"], 12)


def test_usage_that_is_told_before_its_term_ends_will_be_invoiced(model: ReportingModel) -> None:
    model.on_invoices = False
    assert model.run(TERM[1] - 1) == ReportingTotals(1, 0, 0)


def test_usage_that_an_invoice_takes_in_later_is_done_then_and_told_once(model: ReportingModel) -> None:
    model.on_invoices = False
    model.run(TERM[1])
    model.on_invoices = True
    assert model.run(TERM[1]) == ReportingTotals(1, 0, 0)
    assert len(model.dates) == 1


def test_an_invoice_whose_close_is_refused_is_not_closed(model: ReportingModel) -> None:
    model.invoices = [PendingInvoice("inv_1", "org_1", "sub_1", TERM[1])]
    model.refuse_close = ChargebeeRefused("No lines.", "invalid_state_for_request")
    assert model.run(TERM[1] + SEAL_AFTER) == ReportingTotals(1, 0, 0, pending=1)
    assert model.left_pending == [("inv_1", "invalid_state_for_request")]


def test_an_invoice_that_has_closed_by_itself_is_neither_closed_nor_pending(model: ReportingModel) -> None:
    model.invoices = [PendingInvoice("inv_1", "org_1", "sub_1", TERM[1])]
    model.refuse_close = ChargebeeNotFound("It has another id.")
    assert model.run(TERM[1] + SEAL_AFTER) == ReportingTotals(1, 0, 0)


def test_an_invoice_waits_for_a_day_that_is_not_taken_and_others_do_not(model: ReportingModel) -> None:
    model.use(OTHERS, 3)
    model.refuse, model.refuse_for = ChargebeeUnavailable("HTML"), "sub_1"
    model.invoices = [PendingInvoice(f"inv_{n}", "org_1", f"sub_{n}", TERM[1]) for n in (1, 2)]
    now = TERM[1] + SEAL_AFTER
    assert model.run(now) == ReportingTotals(1, 0, 1, postponed=1, pending=1)
    assert model.closed == ["inv_2"]


def test_an_invoice_does_not_wait_for_usage_that_is_told_and_on_no_invoice_yet(model: ReportingModel) -> None:
    model.on_invoices = False
    model.invoices = [PendingInvoice("inv_1", "org_1", "sub_1", TERM[1])]
    for _ in range(2):
        assert model.run(TERM[1] + SEAL_AFTER).pending == 0
    assert model.closed == ["inv_1"]


def test_days_are_told_while_the_invoices_cannot_be_listed(model: ReportingModel) -> None:
    model.refuse_list = ChargebeeUnavailable("HTML")
    assert model.run(CLOSED) == ReportingTotals(1, 0, 0)
    with pytest.raises(ChargebeeUnavailable):
        model.run(CLOSED)


# --- several at once ------------------------------------------------------------------------------


@dataclass
class Meeting(ReportingModel):
    """Calls of Chargebee answer when all of a `meeting` are under way; none is beside another of its subscription."""

    meeting: Barrier = field(default_factory=lambda: Barrier(1))
    under_way: list[str] = field(default_factory=list)

    def create_usage(self, usage_id: str, day: BilledDay) -> ToldUsage:
        subscription_id = day.billing_day.subscription_id
        assert subscription_id not in self.under_way
        self.under_way.append(subscription_id)
        self.meeting.wait(timeout=10)
        self.under_way.remove(subscription_id)
        return super().create_usage(usage_id, day)


def test_days_of_several_subscriptions_are_told_at_once_and_those_of_one_after_each_other() -> None:
    model = Meeting(meeting=Barrier(3))
    for number, subscription_id in enumerate(("sub_1", "sub_2", "sub_3")):
        for day in (MIDNIGHT - DAY, MIDNIGHT):
            model.use(replace(DAY_ONE, day=day, subscription_id=subscription_id), number + 1)
    assert model.run(CLOSED, at_once=3).days == 6
    assert sorted(quantity for _, quantity in model.usages.values()) == [1, 1, 2, 2, 3, 3]


def test_a_limit_of_the_site_ends_a_run_of_several_at_once_and_what_is_due_stays_due() -> None:
    model = ReportingModel(refuse=ChargebeeRateLimited("slow down", 60))
    for subscription_id in ("sub_1", "sub_2"):
        model.use(replace(DAY_ONE, subscription_id=subscription_id), 5)
    with pytest.raises(ChargebeeRateLimited):
        model.run(CLOSED, at_once=2)
    assert len(model.open) == 2
    model.refuse = None
    assert model.run(CLOSED, at_once=2).days == 2


def test_what_chargebee_was_told_too_much_of_is_flagged_for_somebody_to_credit() -> None:
    model = ReportingModel()
    model.use(replace(DAY_ONE, late=True, credit=True), 5)
    assert model.run(CLOSED - 1) == ReportingTotals(0, 0, 0)
    assert model.run(CLOSED) == ReportingTotals(0, 1, 0)
    assert (model.alarms, model.usages, model.open) == (["to_credit"], {}, set())


def test_a_day_whose_uses_were_all_taken_back_is_done_and_nothing_is_told() -> None:
    model = ReportingModel()
    model.use(DAY_ONE, 0)
    assert model.run(CLOSED) == ReportingTotals(1, 0, 0)
    assert (model.usages, model.open) == ({}, set())

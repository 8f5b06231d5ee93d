from collections.abc import Callable
from dataclasses import replace

import pytest

from billing.core.errors import (
    AlreadyProcessed,
    Conflict,
    EventConflict,
    Exhausted,
    HoldNotFound,
    InvalidState,
    PlanRequired,
    UnknownFeature,
)
from billing.core.money import Money
from billing.metering.domain.hold import Hold, HoldState, Reservation
from billing.metering.domain.usage import Split, UsageEvent
from billing.metering.domain.wallet import WalletPosting
from billing.metering.services.adjust_wallet import adjust_wallet
from billing.metering.services.hold_usage import release_usage, reserve_usage, settle_usage
from billing.metering.services.ports import Metering, UsageChange
from billing.metering.services.record_usage import record_usage
from billing.plans.feature import Counted, UnitPrice
from billing.plans.plan import Catalog, Plan
from tests.model.metering import (
    CATALOG,
    DAY,
    ENDLESS,
    FREE,
    HOUR,
    LARGE,
    MICROS,
    ORG,
    OWING,
    PAYING,
    SOFT,
    START,
    calls,
    metering,
    on_plan,
)
from tests.model.time import Time
from tests.model.usage_store import MemoryUsage


def reservation(quantity: int = 5, hold_id: str = "h1", feature: str = "calls") -> Reservation:
    return Reservation(hold_id, feature, quantity, HOUR)


def on(plan: str, units_in_wallet: int = 0) -> Metering:
    store = MemoryUsage({ORG: on_plan(plan)})
    if units_in_wallet:
        adjust_wallet(ORG, WalletPosting("gift", "gift", Money(units_in_wallet * MICROS, "USD")), store, lambda: START)
    return metering(store)


def table(here: Metering) -> MemoryUsage:
    assert isinstance(here.store, MemoryUsage)
    return here.store


def balance(here: Metering) -> tuple[int, int, int | None]:
    """Used, held, remaining."""
    [meter] = table(here).meters.values()
    return meter.used, meter.held, meter.remaining


def money(here: Metering) -> tuple[int, int]:
    """What is in the wallet and what of it is reserved, in units of calls."""
    wallet = here.store.account(ORG).wallet("USD")
    return wallet.balance // MICROS, wallet.held // MICROS


def billed(here: Metering, hold_id: str = "h1") -> Split | None:
    usage = here.store.usages(ORG, [f"hold:{hold_id}"]).get(f"hold:{hold_id}")
    return usage.split if usage else None


# --- reserving -------------------------------------------------------------------------------------


def test_what_is_held_is_not_left_for_others() -> None:
    here = on(FREE)
    held = reserve_usage(ORG, reservation(8), here)
    assert (held.state, held.expires_at, balance(here)) == (HoldState.HELD, START + HOUR, (0, 8, 2))
    assert record_usage(ORG, [calls("e1", 3)], here)[0].outcome == "refused"
    with pytest.raises(Exhausted):
        reserve_usage(ORG, reservation(3, "h2"), here)
    assert (balance(here), list(table(here).holds)) == ((0, 8, 2), [(ORG, "h1")])


def test_the_same_wish_again_is_the_same_hold_even_when_nothing_is_left() -> None:
    here = on(FREE)
    first = reserve_usage(ORG, reservation(6), here)
    assert reserve_usage(ORG, reservation(6), here) == first
    record_usage(ORG, [calls("e1", 4)], here)
    assert reserve_usage(ORG, reservation(6), here) == first
    assert balance(here) == (4, 6, 0)


@pytest.mark.parametrize("left", [10, 0])
def test_the_same_id_for_another_wish_is_a_conflict(left: int) -> None:
    here = on(FREE)
    reserve_usage(ORG, reservation(10 - left or 1), here)
    with pytest.raises(EventConflict):
        reserve_usage(ORG, reservation(7), here)


def test_the_same_id_with_other_dimensions_is_a_conflict() -> None:
    here = on(FREE)
    reserve_usage(ORG, replace(reservation(6), dimensions={"model": "large"}), here)
    assert reserve_usage(ORG, replace(reservation(6), dimensions={"model": "large"}), here).quantity == 6
    with pytest.raises(EventConflict):
        reserve_usage(ORG, reservation(6), here)


def test_an_id_is_used_up_by_its_hold_for_ever() -> None:
    here = on(FREE)
    reserve_usage(ORG, reservation(6), here)
    release_usage(ORG, "h1", here)
    assert reserve_usage(ORG, reservation(6), here).state is HoldState.RELEASED
    assert balance(here) == (0, 0, 10)


def test_beyond_the_allowance_money_is_reserved_and_cannot_be_spent_twice() -> None:
    here = on(PAYING, units_in_wallet=5)
    assert reserve_usage(ORG, reservation(14), here).split == Split(10, 4, Money(MICROS, "USD"), paid=True)
    assert money(here) == (1, 4)
    assert record_usage(ORG, [calls("e1", 2)], here)[0].outcome == "refused"
    with pytest.raises(Exhausted):
        adjust_wallet(ORG, WalletPosting("refund", "refund", Money(-2 * MICROS, "USD")), here.store, here.clock)


def test_what_no_plan_has_cannot_be_reserved() -> None:
    with pytest.raises(UnknownFeature):
        reserve_usage(ORG, reservation(feature="cals"), on(FREE))
    with pytest.raises(PlanRequired):
        reserve_usage(ORG, reservation(feature="exports"), on(FREE))


def test_the_same_reservation_is_the_same_hold_when_the_catalog_has_its_feature_no_more() -> None:
    here = on(FREE)
    held = reserve_usage(ORG, reservation(6), here)
    later = replace(here, catalog=Catalog({FREE: Plan(FREE, "Free", default=True)}, {}))
    assert reserve_usage(ORG, reservation(6), later) == held
    with pytest.raises(EventConflict):
        reserve_usage(ORG, reservation(7), later)


# --- settling --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actual", "charged", "shortfall"), [(0, 0, 0), (3, 3, 0), (5, 5, 0), (7, 7, 0), (10, 10, 0), (12, 10, 2)]
)
def test_a_settlement_charges_what_it_really_took_as_far_as_there_is_any(
    actual: int, charged: int, shortfall: int
) -> None:
    here = on(FREE)
    reserve_usage(ORG, reservation(5), here)
    settled = settle_usage(ORG, "h1", actual, here)
    assert (settled.state, settled.actual, settled.shortfall) == (HoldState.SETTLED, charged, shortfall)
    assert balance(here) == (charged, 0, 10 - charged)
    assert billed(here) == (Split(charged) if charged else None)


@pytest.mark.parametrize(
    ("actual", "allowance", "paid", "shortfall"),
    [(0, 0, 0, 0), (8, 8, 0, 0), (12, 10, 2, 0), (14, 10, 4, 0), (17, 10, 5, 2)],
)
def test_a_settlement_takes_the_allowance_first_and_returns_the_money_that_it_did_not_need(
    actual: int, allowance: int, paid: int, shortfall: int
) -> None:
    here = on(PAYING, units_in_wallet=5)
    reserve_usage(ORG, reservation(14), here)
    settled = settle_usage(ORG, "h1", actual, here)
    assert (settled.actual, settled.shortfall) == (allowance + paid, shortfall)
    assert (money(here), balance(here)[0]) == ((5 - paid, 0), allowance + paid)
    ledger, _ = here.store.ledger(ORG, "USD", None)
    assert [entry.amount.micros for entry in ledger] == ([-paid * MICROS] if paid else []) + [5 * MICROS]


def test_what_others_took_meanwhile_is_not_charged() -> None:
    here = on(FREE)
    reserve_usage(ORG, reservation(5), here)
    record_usage(ORG, [calls("e1", 4)], here)
    settled = settle_usage(ORG, "h1", 9, here)
    assert (settled.actual, settled.shortfall, balance(here)) == (6, 3, (10, 0, 0))


@pytest.mark.parametrize("reserved", [5, 12])
def test_beyond_a_soft_limit_everything_is_charged_and_worth_its_price(reserved: int) -> None:
    here = on(SOFT)
    reserve_usage(ORG, reservation(reserved), here)
    assert settle_usage(ORG, "h1", 20, here).shortfall == 0
    assert billed(here) == Split(10, 10, Money(MICROS, "USD"), paid=False)
    [day] = here.store.days(ORG, "2026-09-21", "2026-09-21")
    assert (day.quantity, day.revenue) == (20, {"USD": 10 * MICROS})


def test_an_unlimited_settlement_counts() -> None:
    here = on(ENDLESS)
    reserve_usage(ORG, reservation(5), here)
    settle_usage(ORG, "h1", 500, here)
    assert balance(here) == (500, 0, None)


def test_settling_again_with_the_same_quantity_is_settling_once_and_with_another_is_refused() -> None:
    here = on(FREE)
    reserve_usage(ORG, reservation(5), here)
    first = settle_usage(ORG, "h1", 12, here)
    assert settle_usage(ORG, "h1", 12, here) == first
    with pytest.raises(InvalidState):
        settle_usage(ORG, "h1", 10, here)
    assert balance(here) == (10, 0, 0)


def test_a_settlement_is_billed_under_an_id_that_no_report_can_take() -> None:
    here = on(FREE)
    reserve_usage(ORG, reservation(5), here)
    record_usage(ORG, [calls("h1", 1)], here)
    assert settle_usage(ORG, "h1", 5, here).actual == 5


# --- releasing -------------------------------------------------------------------------------------


def test_a_release_gives_units_and_money_back_and_leaves_no_trace_in_the_ledger() -> None:
    here = on(PAYING, units_in_wallet=5)
    reserve_usage(ORG, reservation(14), here)
    assert release_usage(ORG, "h1", here).state is HoldState.RELEASED
    assert release_usage(ORG, "h1", here).state is HoldState.RELEASED
    assert (money(here), balance(here), billed(here)) == ((5, 0), (0, 0, 10), None)
    assert len(here.store.ledger(ORG, "USD", None)[0]) == 1


Finish = Callable[[str, str, Metering], Hold]


def settle(organization_id: str, hold_id: str, here: Metering) -> Hold:
    return settle_usage(organization_id, hold_id, 5, here)


@pytest.mark.parametrize(("first", "then"), [(settle, release_usage), (release_usage, settle)])
def test_settled_is_not_released_and_released_is_not_settled(first: Finish, then: Finish) -> None:
    here = on(FREE)
    reserve_usage(ORG, reservation(5), here)
    first(ORG, "h1", here)
    before = table(here).copy()
    with pytest.raises(InvalidState):
        then(ORG, "h1", here)
    assert table(here) == before


@pytest.mark.parametrize("finish", [settle, release_usage])
def test_a_hold_that_there_is_not_is_not_found(finish: Finish) -> None:
    with pytest.raises(HoldNotFound):
        finish(ORG, "h1", on(FREE))


class Overtaken(MemoryUsage):
    """Somebody else finishes the hold between our read and our commit."""

    rival: Callable[[], object] | None = None

    def commit_usage(self, organization_id: str, change: UsageChange) -> None:
        rival, self.rival = self.rival, None
        if rival and change.hold_before:
            rival()
        super().commit_usage(organization_id, change)


@pytest.mark.parametrize(("mine", "other"), [(settle, release_usage), (release_usage, settle)])
def test_of_a_settlement_and_a_release_that_race_one_wins(mine: Finish, other: Finish) -> None:
    store = Overtaken()
    here = metering(store)
    reserve_usage(ORG, reservation(5), here)
    store.rival = lambda: other(ORG, "h1", here)
    with pytest.raises(InvalidState):
        mine(ORG, "h1", here)
    used = 5 if other is settle else 0
    assert balance(here) == (used, 0, 10 - used)


def test_of_two_settlements_that_race_one_is_charged() -> None:
    store = Overtaken()
    here = metering(store)
    reserve_usage(ORG, reservation(5), here)
    store.rival = lambda: settle_usage(ORG, "h1", 5, here)
    assert settle_usage(ORG, "h1", 5, here).actual == 5
    assert balance(here) == (5, 0, 5)


# --- after something changed -----------------------------------------------------------------------


def test_a_settlement_in_a_later_period_counts_in_the_one_of_the_reservation() -> None:
    store, time = MemoryUsage(), Time(START)
    here = metering(store, time)
    held = reserve_usage(ORG, reservation(5), here)
    time.now += 31 * DAY
    record_usage(ORG, [calls("e1", 10, occurred_at=time.now)], here)
    settled = settle_usage(ORG, "h1", 7, here)
    assert settled.actual == 7
    old, new = sorted(store.meters.values(), key=lambda meter: meter.start)
    assert (old.start, old.used, old.held) == (held.period_start, 7, 0)
    assert (new.used, new.held, new.remaining) == (10, 0, 0)


def test_a_past_period_stays_as_its_plan_left_it() -> None:
    """25 units then, 10 now: 12 of the 15 that were left are still there."""
    store, time = MemoryUsage({ORG: on_plan(LARGE)}), Time(START)
    here = metering(store, time)
    record_usage(ORG, [calls("e0", 10)], here)
    reserve_usage(ORG, reservation(5), here)
    time.now += 31 * DAY
    store.grant(ORG, on_plan(PAYING))
    assert settle_usage(ORG, "h1", 12, here).shortfall == 0


@pytest.mark.parametrize("between", [[], [calls("e1", 1)]], ids=["nothing else", "something else is recorded"])
def test_what_was_reserved_is_enough_for_itself_on_a_smaller_plan(between: list[UsageEvent]) -> None:
    """In the same period 25 units become 10; 18 are used and 6 are held. The wallet pays for one, no more."""
    here = on(LARGE, units_in_wallet=len(between))
    record_usage(ORG, [calls("e0", 18)], here)
    reserve_usage(ORG, reservation(6), here)
    table(here).grant(ORG, on_plan(PAYING))
    for event in between:
        assert record_usage(ORG, [event], here)[0].outcome == "recorded"
    settled = settle_usage(ORG, "h1", 7, here)
    assert (settled.actual, settled.shortfall) == (6, 1)
    assert balance(here) == (24 + len(between), 0, -14 - len(between))


def test_when_the_plan_ended_a_hold_is_settled_as_reserved_and_nothing_beyond_is_bought() -> None:
    here = on(PAYING, units_in_wallet=8)
    reserve_usage(ORG, reservation(14), here)
    table(here).grant(ORG, on_plan(FREE))
    settled = settle_usage(ORG, "h1", 16, here)
    assert (settled.actual, settled.shortfall, money(here)) == (14, 2, (4, 0))
    assert billed(here) == Split(10, 4, Money(MICROS, "USD"), paid=True)


def test_a_hold_of_a_feature_that_nobody_sells_any_more_can_be_settled_and_released() -> None:
    here = on(FREE)
    for hold_id in ("h1", "h2"):
        reserve_usage(ORG, reservation(4, hold_id), here)
    later = replace(here, catalog=replace(CATALOG, plans={"free": replace(CATALOG.plans["free"], features={})}))
    assert settle_usage(ORG, "h1", 4, later).actual == 4
    assert release_usage(ORG, "h2", later).state is HoldState.RELEASED
    assert balance(here) == (4, 0, 6)


def test_the_price_of_the_reservation_holds_when_prices_rise() -> None:
    here = on(PAYING, units_in_wallet=5)
    reserve_usage(ORG, reservation(14), here)
    feature = CATALOG.plans[PAYING].features["calls"]
    assert isinstance(feature, Counted)
    dearer = replace(feature, prices=(UnitPrice(Money(9 * MICROS, "USD")),))
    plan = replace(CATALOG.plans[PAYING], features={"calls": dearer})
    settle_usage(ORG, "h1", 14, replace(here, catalog=CATALOG.with_plans([plan])))
    assert money(here) == (1, 0)


def test_a_reservation_on_an_overdraft_is_settled_when_the_plan_gives_none_any_more() -> None:
    here = on(OWING)
    reserve_usage(ORG, reservation(15), here)
    table(here).grant(ORG, on_plan(PAYING))
    settled = settle_usage(ORG, "h1", 16, here)
    assert (settled.actual, settled.shortfall, money(here)) == (15, 1, (-5, 0))


def test_whoever_owes_is_charged_for_nothing_less_than_nothing() -> None:
    """Beyond the allowance, a wallet below zero affords none; the allowance is charged in full."""
    here = on(OWING)
    record_usage(ORG, [calls("e1", 13)], here)
    table(here).grant(ORG, on_plan(PAYING, id="sub_owing", term_start=START - DAY, term_end=START + 29 * DAY))
    reserve_usage(ORG, reservation(5), here)
    settled = settle_usage(ORG, "h1", 12, here)
    assert (settled.actual, settled.shortfall, money(here)) == (10, 2, (-3, 0))


class Lost(MemoryUsage):
    """Nobody gets through any more."""

    lost = False

    def commit_usage(self, organization_id: str, change: UsageChange) -> None:
        if self.lost:
            raise AlreadyProcessed("It is already recorded.") if change.hold_before else Conflict("Somebody else.")
        super().commit_usage(organization_id, change)


def test_nobody_tries_for_ever() -> None:
    store = Lost()
    here = metering(store)
    reserve_usage(ORG, reservation(), here)
    store.lost = True
    with pytest.raises(Conflict):
        reserve_usage(ORG, reservation(1, "h2"), here)
    with pytest.raises(Conflict):
        settle_usage(ORG, "h1", 5, here)

"""Every interleaving, at the granularity of port calls, of callers who want the same last unit, micro or hold."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, cast

from billing.core.errors import BillingError
from billing.core.money import Money
from billing.metering.domain.adjustment import Adjustment
from billing.metering.domain.hold import Hold, Reservation
from billing.metering.domain.usage import Correction, Cost
from billing.metering.domain.wallet import LotKind, WalletPosting
from billing.metering.services.adjust_meter import adjust_meter
from billing.metering.services.adjust_wallet import adjust_wallet
from billing.metering.services.correct_use import correct_use
from billing.metering.services.hold_usage import release_usage, reserve_usage, settle_usage
from billing.metering.services.ports import Metering, UsageStore
from billing.metering.services.record_usage import record_usage
from billing.metering.services.usage_costs import attach_costs
from billing.plans.plan import Catalog
from billing.subscriptions.domain.organization import Organization, OrganizationState
from billing.subscriptions.domain.subscription import Status
from tests.model.metering import CATALOG, DAY, FREE, LARGE, MICROS, ORG, PAYING, START, calls, metering, on_plan
from tests.model.time import Time
from tests.model.usage_store import MemoryUsage
from tests.model.world import Intercepted
from tests.property.ledger import check_ledger
from tests.property.stepping import Actor, Exploration, explore

HOLDS = ("h1", "h2")
EVENTS = ("e1", "e2", "e3", "old")


@dataclass
class LedgerWorld:
    """One table, the time, and what every actor was told in the end."""

    store: MemoryUsage = field(default_factory=MemoryUsage)
    time: Time = field(default_factory=lambda: Time(START))
    told: dict[str, str] = field(default_factory=dict)
    catalog: Catalog = CATALOG

    def copy(self) -> "LedgerWorld":
        return LedgerWorld(self.store.copy(), replace(self.time), dict(self.told), self.catalog)

    def ports(self, intercept: Callable[..., Any], mint: object) -> Metering:
        """The clock is a port too: an actor that is carried on must see the time that it saw."""
        here = metering(cast("UsageStore", Intercepted(self.store, intercept)), catalog=self.catalog)
        return replace(here, clock=lambda: intercept("clock", lambda: self.time.now))

    def parts(self) -> Iterator[object]:
        yield f"{self.time.now} {sorted(self.told.items())}"
        yield from self.store.parts()

    def outcome(self) -> str:
        return ", ".join(f"{name} {answer}" for name, answer in sorted(self.told.items()))


def actor(name: str, act: Callable[[Metering], str]) -> Actor:
    """Somebody who acts, and is told the outcome or the code of a refusal."""

    def run(world: Any, here: Any) -> None:
        try:
            world.told[name] = act(here)
        except BillingError as error:
            world.told[name] = error.code

    return Actor(name, run)


def reporting(name: str, *event_ids: str, quantity: int = 1) -> Actor:
    events = [calls(each, quantity) for each in event_ids]
    return actor(name, lambda here: " ".join(each.outcome for each in record_usage(ORG, events, here)))


def holding(name: str, hold_id: str, quantity: int = 1) -> Actor:
    wish = Reservation(hold_id, "calls", quantity, 60)
    return actor(name, lambda here: str(reserve_usage(ORG, wish, here).state))


def finishing(name: str, finish: Callable[[Metering], Hold]) -> Actor:
    return actor(name, lambda here: f"{(done := finish(here)).state} {done.actual}")


def posting(name: str, posting_id: str, units: int) -> Actor:
    wanted = WalletPosting(posting_id, "adjustment", Money(units * MICROS, "USD"))
    return actor(name, lambda here: str(adjust_wallet(ORG, wanted, here.store, here.clock).balance // MICROS))


def moving(plan: str) -> Actor:
    """The webhook of a plan change."""
    return Actor("webhook", lambda world, ports: cast("Any", world).store.grant(ORG, on_plan(plan)))


def left(plan: str, units: int, in_wallet: int = 0) -> LedgerWorld:
    """An organization with so much of its allowance of 10 left, and so much in its wallet."""
    world = LedgerWorld()
    world.store.grant(ORG, on_plan(plan))
    here = metering(world.store)
    if units < 10:
        record_usage(ORG, [calls("old", 10 - units)], here)
    if in_wallet:
        adjust_wallet(ORG, WalletPosting("gift", "gift", Money(in_wallet * MICROS, "USD")), world.store, here.clock)
    return world


def check(world: Any) -> None:
    check_ledger(world.store, EVENTS, HOLDS, world.store)


def explored(world: LedgerWorld, *actors: Actor) -> Exploration:
    return explore(cast("Any", world), actors, check, lambda each: cast("Any", each).outcome())


def test_of_two_who_want_the_last_unit_one_gets_it() -> None:
    found = explored(left(FREE, 1), reporting("a", "e1"), reporting("b", "e2"))
    assert found.ends.keys() == {"a recorded, b refused", "a refused, b recorded"}


def test_of_three_who_want_the_last_two_units_two_get_them() -> None:
    actors = [reporting("a", "e1"), reporting("b", "e2"), reporting("c", "e3")]
    found = explored(left(FREE, 2), *actors)
    assert {end.count("recorded") for end in found.ends} == {2}


def test_whoever_holds_the_last_unit_has_it_and_nobody_else() -> None:
    found = explored(left(FREE, 1), reporting("a", "e1"), holding("b", "h1"))
    assert found.ends.keys() == {"a recorded, b exhausted", "a refused, b held"}


def test_two_deliveries_of_the_event_that_takes_the_last_unit_are_both_told_that_it_counts() -> None:
    found = explored(left(FREE, 1), reporting("a", "e1"), reporting("b", "e1"))
    assert found.ends.keys() == {"a recorded, b replayed", "a replayed, b recorded"}


def test_a_batch_and_its_twin_beside_a_rival_never_hear_no_of_what_counts() -> None:
    """Neither a refused nor a known neighbour in the batch makes it blind to what its twin records meanwhile."""
    batch = [calls("old", 7), calls("e3", 4), calls("e1", 2)]
    teller = actor("a", lambda here: " ".join(each.outcome for each in record_usage(ORG, batch, here)))
    found = explored(left(FREE, 3), teller, reporting("b", "e1", quantity=2), reporting("c", "e2"))
    assert found.ends.keys() == {
        "a replayed refused recorded, b replayed, c recorded",
        "a replayed refused replayed, b recorded, c recorded",
    }


def test_of_two_who_want_the_last_money_one_gets_it() -> None:
    found = explored(left(PAYING, 0, in_wallet=1), reporting("a", "e1"), posting("b", "refund", -1))
    assert found.ends.keys() == {"a recorded, b exhausted", "a refused, b 0"}


def test_of_two_holds_on_the_last_unit_and_the_last_money_each_is_backed() -> None:
    found = explored(left(PAYING, 1, in_wallet=1), holding("a", "h1", 2), reporting("b", "e1"))
    assert found.ends.keys() == {"a held, b refused", "a exhausted, b recorded"}


def test_a_top_up_that_is_told_twice_counts_once() -> None:
    found = explored(left(PAYING, 0), posting("page", "invoice:1", 5), posting("webhook", "invoice:1", 5))
    assert found.ends.keys() == {"page 5, webhook 5"}


def test_a_hold_is_settled_or_released_and_never_both() -> None:
    world = left(PAYING, 1, in_wallet=1)
    reserve_usage(ORG, Reservation("h1", "calls", 2, 60), metering(world.store))
    found = explored(
        world,
        finishing("a", lambda here: settle_usage(ORG, "h1", 2, here)),
        finishing("b", lambda here: release_usage(ORG, "h1", here)),
        reporting("c", "e1"),
    )
    assert {end.partition(", c ")[0] for end in found.ends} == {
        "a settled 2, b invalid_state",
        "a invalid_state, b released None",
    }
    assert {end.rpartition(" ")[2] for end in found.ends if "settled" in end} == {"refused"}


def test_two_settlements_charge_once() -> None:
    world = left(FREE, 5)
    reserve_usage(ORG, Reservation("h1", "calls", 2, 60), metering(world.store))
    found = explored(
        world,
        finishing("a", lambda here: settle_usage(ORG, "h1", 2, here)),
        finishing("b", lambda here: settle_usage(ORG, "h1", 2, here)),
        finishing("c", lambda here: settle_usage(ORG, "h1", 1, here)),
    )
    assert found.ends.keys() == {
        "a settled 2, b settled 2, c invalid_state",
        "a invalid_state, b invalid_state, c settled 1",
    }


def test_a_change_to_a_smaller_plan_beside_uses_takes_their_counts_along() -> None:
    """9 of 25 are used, then 9 of 10: one more fits for certain, and the other if it came before the change."""
    found = explored(left(LARGE, 1), reporting("a", "e1"), reporting("b", "e2"), moving(PAYING))
    assert {end.count("recorded") for end in found.ends} == {1, 2}


def midnight(seconds: int = 31 * DAY) -> Actor:
    """The next period begins."""
    return Actor("clock", lambda world, ports: setattr(world.time, "now", START + seconds))


def test_a_use_at_the_turn_of_a_period_counts_in_one_of_them() -> None:
    def using(name: str, event_id: str) -> Actor:
        """It happens when it is reported."""
        return actor(name, lambda here: record_usage(ORG, [calls(event_id, occurred_at=here.clock())], here)[0].outcome)

    found = explored(left(PAYING, 1), using("a", "e1"), using("b", "e2"), midnight())
    assert {end.count("recorded") for end in found.ends} == {1, 2}


def test_of_two_late_uses_of_a_period_with_one_unit_left_one_counts_whenever_they_come() -> None:
    found = explored(left(PAYING, 1), reporting("a", "e1"), reporting("b", "e2"), midnight())
    assert {end.count("recorded") for end in found.ends} == {1}


def cancelling() -> Actor:
    """The webhook of a cancellation."""

    def cancel(world: Any, ports: object) -> None:
        [row] = world.store.account(ORG).partition.subscriptions
        world.time.now = START + DAY
        ended = replace(row, status=Status.CANCELLED, cancelled_at=START + DAY)
        world.store.grant(ORG, OrganizationState(Organization(ORG), (ended,)))

    return Actor("webhook", cancel)


def test_of_two_uses_from_before_a_cancellation_one_has_the_last_unit_whenever_they_come() -> None:
    found = explored(left(LARGE, 1), reporting("a", "e1", quantity=16), reporting("b", "e2"), cancelling())
    assert found.ends.keys() == {"a recorded, b refused", "a refused, b recorded"}


def test_late_costs_that_arrive_together_cover_their_use_once() -> None:
    world = left(FREE, 9)

    def attaching(name: str, cost_id: str) -> Actor:
        cost = Cost(cost_id, "openai", Money(5, "USD"))
        return actor(name, lambda here: str(len(attach_costs(ORG, "old", [cost], here.store).event.costs)))

    found = explored(world, attaching("a", "k1"), attaching("b", "k1"), attaching("c", "k2"))
    assert {end.rpartition(" ")[0] for end in found.ends} <= {
        "a 1, b 1, c",
        "a 1, b 2, c",
        "a 2, b 1, c",
        "a 2, b 2, c",
    }


def correcting(name: str, quantity: int, key: str = "k1") -> Actor:
    wanted = Correction(key, "old", quantity, "a bug")
    return actor(name, lambda here: str(correct_use(ORG, wanted, here).split.quantity))


def test_a_use_that_two_void_at_once_gives_back_once_and_another_has_its_units() -> None:
    found = explored(left(FREE, 0), correcting("a", 0), correcting("b", 0, key="k2"), reporting("c", "e1", quantity=10))
    assert found.ends.keys() == {"a 0, b 0, c recorded", "a 0, b 0, c refused"}


def test_of_two_corrections_at_once_neither_gives_back_what_the_other_has() -> None:
    found = explored(left(PAYING, 0, in_wallet=1), correcting("a", 6), correcting("b", 3, key="k2"), correcting("c", 6))
    assert found.ends.keys() == {
        "a 6, b 3, c 6",
        "a 6, b 3, c 3",
        "a 3, b 3, c 6",
    }


def giving(store: UsageStore, lot_id: str, units: int, expires_at: int) -> None:
    """Promotional money for so many calls."""
    money = Money(units * MICROS, "USD")
    lot = WalletPosting(lot_id, "adjustment", money, lot_kind=LotKind.PROMOTIONAL, expires_at=expires_at)
    adjust_wallet(ORG, lot, store, lambda: START)


def test_a_correction_gives_back_into_the_lots_that_paid_last_whatever_others_correct_meanwhile() -> None:
    world = left(PAYING, 10)
    giving(world.store, "first", 2, START + 9 * DAY)
    record_usage(ORG, [calls("old", 12)], metering(world.store))

    def repaid_from_another_lot(here: Metering) -> str:
        correct_use(ORG, Correction("k2", "old", 10, "a bug"), here)
        giving(here.store, "second", 2, START + DAY)
        return str(correct_use(ORG, Correction("k3", "old", 12, "no bug"), here).split.quantity)

    def check_lots(each: Any) -> None:
        check(each)
        assert all(lot.granted == 2 * MICROS for lot in each.store.account(ORG).wallet("USD").lots)

    actors = [correcting("a", 10), actor("b", repaid_from_another_lot)]
    found = explore(cast("Any", world), actors, check_lots, lambda each: cast("Any", each).outcome())
    assert found.ends.keys() == {"a 10, b 12"}


def adjusting(name: str, quantity: int) -> Actor:
    wanted = Adjustment("k1", "calls", quantity, "ada", "a bug")
    return actor(name, lambda here: str(adjust_meter(ORG, wanted, cast("Any", here.store), here).quantity))


def test_an_adjustment_that_is_told_twice_counts_once_and_nothing_takes_the_same_units_off_beside_it() -> None:
    found = explored(left(FREE, 0), adjusting("a", -6), adjusting("b", -6), correcting("c", 0))
    assert found.ends.keys() == {"a -6, b -6, c below_zero", "a below_zero, b below_zero, c 0"}


def test_the_money_of_an_adjustment_that_is_told_twice_comes_back_once() -> None:
    world = left(PAYING, 10, in_wallet=2)
    record_usage(ORG, [calls("old", 12)], metering(world.store))
    assert explored(world, adjusting("a", -2), adjusting("b", -2)).ends.keys() == {"a -2, b -2"}
    found = explored(world, adjusting("a", -2), correcting("b", 10))
    assert found.ends.keys() == {"a -2, b 10", "a -2, b below_zero"}

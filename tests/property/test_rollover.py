"""Whatever is used now or late, held, settled, released and corrected: no unit that rolls over counts twice."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from billing.core.errors import BillingError
from billing.metering.domain.adjustment import Adjustment
from billing.metering.domain.hold import Reservation
from billing.metering.domain.usage import Correction
from billing.metering.services.adjust_meter import adjust_meter
from billing.metering.services.correct_use import correct_use
from billing.metering.services.hold_usage import release_usage, reserve_usage, settle_usage
from billing.metering.services.read_entitlements import read_entitlement
from billing.metering.services.record_usage import record_usage
from billing.plans.feature import Counted, Reset
from billing.plans.plan import Catalog, Plan
from tests.model.metering import DAY, HOUR, ORG, PAYING, START, calls, metering, on_plan
from tests.model.time import Time
from tests.model.usage_store import MemoryUsage
from tests.property.ledger import check_ledger
from tests.property.test_ledger_interleavings import LedgerWorld, actor, explored, midnight, reporting

OWN, MOST = 10, 12
HOLDS = "abc"
holds, quantities = st.sampled_from(HOLDS), st.sampled_from([1, 4, 10, 15])


def rolling(limit: int = OWN) -> Catalog:
    feature = Counted("calls", limit=limit, reset=Reset.WEEK, rollover=MOST)
    return Catalog({PAYING: Plan(PAYING, "Paying", features={"calls": feature})}, {})


class Rollover(RuleBasedStateMachine):
    """One organization with ten calls a week, which all may roll over; nothing passes its limits."""

    def __init__(self) -> None:
        super().__init__()
        self.store, self.time = MemoryUsage({ORG: on_plan(PAYING, term_end=START + 365 * DAY)}), Time(START)
        self.here = metering(self.store, self.time, rolling())
        self.sent: list[str] = []

    def tried(self, act: Any) -> None:
        """A refusal writes nothing."""
        before = self.store.copy()
        try:
            act()
        except BillingError:
            assert self.store == before

    @rule(quantity=quantities, ago=st.sampled_from([0, 7 * DAY, 20 * DAY]))
    def report(self, quantity: int, ago: int) -> None:
        gate = read_entitlement(ORG, "calls", quantity, self.here)
        self.sent.append(f"e{len(self.sent)}")
        [told] = record_usage(ORG, [calls(self.sent[-1], quantity, occurred_at=self.time.now - ago)], self.here)
        assert ago or gate.allowed is (told.outcome == "recorded")

    @rule(hold_id=holds, quantity=quantities)
    def reserve(self, hold_id: str, quantity: int) -> None:
        self.tried(lambda: reserve_usage(ORG, Reservation(hold_id, "calls", quantity, HOUR), self.here))

    @rule(hold_id=holds, actual=st.integers(0, 20))
    def settle(self, hold_id: str, actual: int) -> None:
        self.tried(lambda: settle_usage(ORG, hold_id, actual, self.here))

    @rule(hold_id=holds)
    def release(self, hold_id: str) -> None:
        self.tried(lambda: release_usage(ORG, hold_id, self.here))

    @rule(place=st.integers(0, 5), quantity=st.integers(0, 18))
    def correct(self, place: int, quantity: int) -> None:
        """One of the newest uses, under a new key."""
        wanted = Correction(f"k{len(self.store.corrections)}", "".join(self.sent[-place - 1 :][:1]), quantity, "a bug")
        self.tried(lambda: correct_use(ORG, wanted, self.here))

    @rule(quantity=st.integers(-12, 12).filter(bool), ago=st.sampled_from([0, 7 * DAY, 20 * DAY]))
    def adjust(self, quantity: int, ago: int) -> None:
        """The meter of the period that runs, or of one before it."""
        key, moment = f"k{len(self.store.adjustments_made)}", self.time.now - ago
        wanted = Adjustment(key, "calls", quantity, "ada", "a bug", moment)
        self.tried(lambda: adjust_meter(ORG, wanted, self.store, self.here))

    @rule(days=st.sampled_from([1, 4, 7, 16]))
    def wait(self, days: int) -> None:
        self.time.now += days * DAY

    @invariant()
    def every_meter_has_its_own_and_what_came_and_not_what_went(self) -> None:
        check_ledger(self.store, self.sent, HOLDS, self.store)
        meters = list(self.store.account(ORG).meters.values())
        for meter in meters:
            assert meter.limit is not None and meter.remaining is not None
            assert meter.limit == OWN + meter.rolled - meter.passed
            assert 0 <= meter.rolled <= OWN and 0 <= meter.passed <= OWN
            assert meter.used + meter.held + meter.remaining == meter.limit and meter.remaining >= 0
        passed = {each.end: each.passed for each in meters if each.passed}
        assert passed == {each.start: each.rolled for each in meters if each.rolled}

    @invariant()
    def a_gate_sees_no_more_than_what_the_last_two_periods_have(self) -> None:
        meter = read_entitlement(ORG, "calls", 1, self.here).meter
        assert meter is not None and meter.limit is not None and OWN <= meter.limit <= 2 * OWN


TestRollover = Rollover.TestCase
TestRollover.settings = settings(max_examples=30, stateful_step_count=25)


def two_weeks(*uses: tuple[str, int]) -> LedgerWorld:
    """The first week with these uses; the second begins when the clock says so."""
    world = LedgerWorld(catalog=rolling())
    world.store.grant(ORG, on_plan(PAYING, term_end=START + 365 * DAY))
    record_usage(ORG, [calls(*use) for use in uses], metering(world.store, catalog=world.catalog))
    return world


def using(name: str, event_id: str, quantity: int) -> Any:
    """It happens when it is reported."""
    return actor(
        name,
        lambda here: record_usage(ORG, [calls(event_id, quantity, occurred_at=here.clock())], here)[0].outcome,
    )


def test_of_a_late_use_and_one_of_the_next_period_one_has_the_unit_that_may_roll_over() -> None:
    """Whoever opens the next period, and whether its meter or the earlier one is there or not."""
    for before in ((), (("old", 9),)):
        late, wanted = (1, 11) if before else (10, 20)
        world = two_weeks(*before)
        world.time.now = START + 7 * DAY
        found = explored(world, reporting("late", "e1", quantity=late), using("now", "e2", wanted))
        assert found.ends.keys() == {"late recorded, now refused", "late refused, now recorded"}


def test_a_week_that_turns_between_two_uses_gives_its_last_unit_once() -> None:
    found = explored(two_weeks(("old", 9)), using("a", "e1", 1), using("b", "e2", 11), midnight(7 * DAY))
    assert found.ends.keys() == {"a recorded, b refused", "a refused, b recorded"}

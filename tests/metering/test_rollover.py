"""What a period leaves rolls over into the next one, and nothing counts in both."""

from dataclasses import replace
from typing import Any

import pytest

from billing.core.errors import Exhausted
from billing.metering.domain.grant import Gift, GrantWish
from billing.metering.domain.hold import Reservation
from billing.metering.domain.meter import Meter
from billing.metering.domain.published import published_balance
from billing.metering.domain.usage import Correction
from billing.metering.services.correct_use import correct_use
from billing.metering.services.hold_usage import release_usage, reserve_usage, settle_usage
from billing.metering.services.ports import Metering
from billing.metering.services.read_entitlements import estimate_use, read_entitlement, read_entitlements
from billing.metering.services.record_usage import judge_usage, record_usage
from billing.metering.services.save_grant import save_grant
from billing.metering.table.rows import METER_LIFETIME, meter_item, read_meter
from billing.plans.feature import Counted, Reset
from billing.plans.plan import Catalog, Plan
from billing.subscriptions.domain.organization import Organization, OrganizationState
from billing.subscriptions.domain.subscription import Status
from tests.model.metering import DAY, HOUR, ORG, PAYING, START, calls, metering, on_plan
from tests.model.time import Time
from tests.model.usage_store import MemoryUsage

MONTH = 30 * DAY
SECOND, THIRD, FOURTH = START + MONTH, START + 61 * DAY, START + 91 * DAY
"""The beginnings of the later months: 21 October, November and December."""


def world(rollover: int = 6, limit: int | None = 10, **fields: Any) -> tuple[MemoryUsage, Time, Metering]:
    """An organization with 10 calls a month, of which so many roll over."""
    store, time = MemoryUsage({ORG: on_plan(PAYING, **{"term_end": START + 365 * DAY} | fields)}), Time(START)
    feature = Counted("calls", limit=limit, rollover=rollover)
    return (
        store,
        time,
        metering(store, time, Catalog({PAYING: Plan(PAYING, "Paying", features={"calls": feature})}, {})),
    )


def use(here: Metering, name: str, units: int, at: int | None = None) -> str:
    """What becomes of a use of now, or of an earlier moment."""
    event = calls(name, units, occurred_at=here.clock() if at is None else at)
    return record_usage(ORG, [event], here)[0].outcome


def seen(here: Metering) -> tuple[int | None, int, int | None]:
    """Limit, what of it rolled over, and what is left, as the gate has it."""
    meter = read_entitlement(ORG, "calls", 1, here).meter
    assert meter
    assert meter == read_entitlements(ORG, here).meters["calls"]
    return meter.limit, meter.rolled, meter.remaining


def kept(store: MemoryUsage) -> list[tuple[int | None, int, int, int]]:
    """Limit, use, what came and what went, of each period in the table."""
    meters = sorted(store.account(ORG).meters.values(), key=lambda each: each.start)
    return [(each.limit, each.used, each.rolled, each.passed) for each in meters]


def test_what_is_left_rolls_over_up_to_the_most_is_used_first_and_gone_with_the_period() -> None:
    store, time, here = world()
    use(here, "a", 7)
    time.now = SECOND - 1
    assert seen(here) == (10, 0, 3)
    time.now = SECOND
    assert seen(here) == (13, 3, 13)
    assert kept(store) == [(10, 7, 0, 0)], "a gate writes nothing"
    assert use(here, "b", 2) == "recorded"
    assert kept(store) == [(7, 7, 0, 3), (13, 2, 3, 0)]
    time.now = THIRD
    assert seen(here) == (16, 6, 16), "six of its own ten; the one that had rolled over is gone"
    time.now = FOURTH
    assert seen(here) == (16, 6, 16), "a month in which nothing was used leaves all of its own"


def test_what_had_rolled_over_does_not_roll_over_again() -> None:
    _, time, here = world(rollover=50)
    use(here, "a", 7)
    time.now = SECOND
    use(here, "b", 1)
    time.now = THIRD
    assert seen(here) == (20, 10, 20)


def test_gate_estimate_use_and_hold_say_the_same_of_what_rolled_over() -> None:
    _, time, here = world()
    use(here, "a", 7)
    time.now = SECOND
    assert read_entitlement(ORG, "calls", 13, here).allowed
    assert not read_entitlement(ORG, "calls", 14, here).allowed
    estimate = estimate_use(ORG, "calls", 13, {}, here)
    assert estimate.split and estimate.split.allowance == 13
    assert judge_usage(ORG, [calls("b", 14, occurred_at=SECOND)], here)[0].outcome == "refused"
    with pytest.raises(Exhausted):
        reserve_usage(ORG, Reservation("h", "calls", 14, HOUR), here)
    reserve_usage(ORG, Reservation("h", "calls", 13, HOUR), here)
    assert settle_usage(ORG, "h", 13, here).shortfall == 0
    assert use(here, "c", 1) == "refused"


def test_late_news_has_what_rolled_over_and_nobody_used_and_not_one_unit_more() -> None:
    store, time, here = world()
    use(here, "a", 7)
    time.now = SECOND
    use(here, "b", 1)
    assert use(here, "late", 3, at=START) == "refused", "one of the three is used in the next period"
    assert use(here, "late", 2, at=START) == "recorded"
    assert kept(store) == [(9, 9, 0, 1), (11, 1, 1, 0)]
    assert use(here, "later", 1, at=START) == "refused"
    assert use(here, "c", 10) == "recorded"
    assert use(here, "d", 1) == "refused"


def test_late_news_of_a_period_that_nobody_used_has_what_did_not_roll_over_and_what_is_left_of_the_rest() -> None:
    _, time, here = world()
    time.now = SECOND
    assert seen(here) == (16, 6, 16)
    use(here, "b", 4)
    assert use(here, "late", 7, at=START) == "refused"
    assert use(here, "late", 6, at=START) == "recorded"
    assert seen(here) == (14, 4, 10)


def test_what_is_told_late_of_a_period_that_nobody_opened_in_its_time_has_what_had_rolled_over_there() -> None:
    store, time, here = world()
    use(here, "a", 7)
    time.now = THIRD
    assert use(here, "late", 14, at=SECOND) == "refused"
    assert use(here, "late", 13, at=SECOND) == "recorded"
    assert kept(store) == [(7, 7, 0, 3), (13, 13, 3, 0)]
    assert seen(here) == (10, 0, 10)


def test_what_a_correction_or_a_hold_gives_back_late_rolls_over_then() -> None:
    _, time, here = world()
    use(here, "a", 6)
    reserve_usage(ORG, Reservation("h", "calls", 3, 9 * MONTH), here)
    time.now = SECOND
    assert seen(here) == (11, 1, 11)
    use(here, "b", 2)
    correct_use(ORG, Correction("k", "a", 4, "a bug"), here)
    assert seen(here) == (13, 3, 11)
    release_usage(ORG, "h", here)
    assert seen(here) == (16, 6, 14)
    correct_use(ORG, Correction("l", "a", 8, "it was more"), here)
    assert seen(here) == (12, 2, 10), "of the six that were left of the first month four are used late"
    correct_use(ORG, Correction("m", "a", 9, "it was more still"), here)
    assert seen(here) == (11, 1, 9)
    with pytest.raises(Exhausted):
        correct_use(ORG, Correction("n", "a", 10, "one is used in the next period"), here)


def test_a_hold_that_takes_more_than_it_reserved_has_what_rolled_over_and_nobody_used() -> None:
    _, time, here = world()
    reserve_usage(ORG, Reservation("h", "calls", 5, 9 * MONTH), here)
    time.now = SECOND
    use(here, "b", 2)
    assert settle_usage(ORG, "h", 9, here).shortfall == 1, "two of its ten are used in the next period"
    assert seen(here) == (12, 2, 10)


def test_a_balance_says_how_much_of_its_limit_rolled_over() -> None:
    meter = Meter("calls", START, SECOND, 1_250, decimals=2, rolled=250)
    assert published_balance(meter)["rolledOver"] == "2.50"
    assert "rolledOver" not in published_balance(replace(meter, rolled=0))


def test_another_plan_moves_the_limit_and_what_rolled_over_stays() -> None:
    store, time, here = world()
    use(here, "a", 7)
    time.now = SECOND
    use(here, "b", 1)
    for limit, rollover in ((20, 6), (4, 6), (20, 0), (None, 0)):
        plan = Plan(PAYING, "Paying", features={"calls": Counted("calls", limit=limit, rollover=rollover)})
        there = metering(store, time, Catalog({PAYING: plan}, {}))
        left = None if limit is None else limit + 3
        assert seen(there) == (left, 3, None if left is None else left - 1)


def test_an_alert_is_not_reached_by_what_late_news_has_back_for_a_moment() -> None:
    """Of the six that rolled over one is left, and goes back; what the late use leaves of it rolls over again."""
    store, time, here = world()
    store.save_alerts(ORG, {"calls": [32]})
    use(here, "a", 1)
    time.now = SECOND
    use(here, "b", 5)
    assert use(here, "late", 1, START + DAY) == "recorded"
    assert (seen(here), store.told) == ((16, 6, 11), {})
    use(here, "c", 1)
    assert [*store.told.values()] == ["entitlement.threshold_reached"]


def test_nothing_rolls_over_from_before_the_subscription_or_out_of_its_trial() -> None:
    """The month before the first paid one is the trial, and has a meter of the same subscription."""
    store, time, here = world(
        status=Status.IN_TRIAL, trial_start=START, trial_end=SECOND, term_start=None, term_end=None
    )
    assert seen(here) == (10, 0, 10)
    use(here, "a", 1)
    time.now = SECOND
    store.grant(ORG, on_plan(PAYING, trial_start=START, trial_end=SECOND, term_start=SECOND, term_end=THIRD))
    assert seen(here) == (10, 0, 10)
    time.now = THIRD
    assert seen(here) == (16, 6, 16)


def test_who_cancels_and_buys_again_keeps_what_rolled_over_to_the_periods_end_and_the_new_one_has_none() -> None:
    store, time, here = world()
    time.now = SECOND
    use(here, "a", 1)
    time.now = SECOND + DAY
    again = {"created_at": time.now, "started_at": time.now, "term_start": time.now, "term_end": THIRD + DAY}
    store.grant(ORG, on_plan(PAYING, id="sub_again", **again))
    assert seen(here) == (16, 6, 15)
    assert use(here, "b", 1) == "recorded"
    time.now = THIRD
    assert seen(here) == (10, 0, 10)


def test_nothing_rolls_over_from_a_period_that_another_subscription_counted() -> None:
    """Both begin at the same second, so that one row has the meter of either."""
    features = {
        name: {"calls": Counted("calls", limit=limit, rollover=6)} for name, limit in (("big", 25), ("small", 10))
    }
    plans = {name: Plan(name, name, features=each) for name, each in features.items()}
    big, small = (on_plan(name, term_end=START + 365 * DAY).subscriptions[0] for name in plans)
    store, time = MemoryUsage({ORG: OrganizationState(Organization(ORG), (big, small))}), Time(START)
    here = metering(store, time, Catalog(plans, {}))
    use(here, "a", 25)
    store.grant(ORG, OrganizationState(Organization(ORG), (small,)))
    time.now = SECOND
    assert seen(here) == (10, 0, 10)
    assert use(here, "b", 10) == "recorded"
    time.now = THIRD
    assert seen(here) == (10, 0, 10)


def test_a_long_term_that_is_used_up_leaves_nothing_to_the_shorter_one_that_replaces_it() -> None:
    feature = Counted("calls", limit=10, reset=Reset.TERM, rollover=6)
    store, time = MemoryUsage({ORG: on_plan(PAYING, term_end=START + 365 * DAY)}), Time(START)
    here = metering(store, time, Catalog({PAYING: Plan(PAYING, "Paying", features={"calls": feature})}, {}))
    use(here, "a", 8)
    time.now = THIRD
    store.grant(ORG, on_plan(PAYING, term_start=THIRD, term_end=FOURTH))
    assert seen(here) == (12, 2, 12)
    use(here, "b", 1)
    assert kept(store) == [(8, 8, 0, 2), (12, 1, 2, 0)]
    assert use(here, "late", 2, at=SECOND) == "refused", "one of the two is used in the next term"
    assert use(here, "later", 1, at=SECOND) == "recorded"


def test_a_week_in_which_the_trial_ends_leaves_what_nobody_used_of_it() -> None:
    """It began in the trial, and its meter counts what was used of it before and after the trial's end."""
    feature = Counted("calls", limit=10, reset=Reset.WEEK, rollover=6)
    trial: dict[str, Any] = {"trial_start": START, "trial_end": START + 10 * DAY}
    store, time = MemoryUsage({ORG: on_plan(PAYING, status=Status.IN_TRIAL, **trial)}), Time(START + 8 * DAY)
    here = metering(store, time, Catalog({PAYING: Plan(PAYING, "Paying", features={"calls": feature})}, {}))
    use(here, "a", 2)
    store.grant(ORG, on_plan(PAYING, **trial, term_start=START + 10 * DAY, term_end=START + 40 * DAY))
    time.now = START + 11 * DAY
    use(here, "b", 7)
    time.now = START + 14 * DAY
    assert seen(here) == (11, 1, 11)


def test_the_paid_term_rolls_over_into_its_renewal_also_where_it_was_cut_short() -> None:
    feature = Counted("calls", limit=10, reset=Reset.TERM, rollover=6)
    store, time = MemoryUsage({ORG: on_plan(PAYING)}), Time(START)
    here = metering(store, time, Catalog({PAYING: Plan(PAYING, "Paying", features={"calls": feature})}, {}))
    use(here, "a", 8)
    time.now = START + 12 * DAY
    store.grant(ORG, on_plan(PAYING, term_start=time.now, term_end=time.now + 365 * DAY))
    assert seen(here) == (12, 2, 12)
    use(here, "b", 1)
    ended = store.account(ORG).meters["calls", START]
    assert (ended.end, ended.limit, ended.passed) == (time.now, 8, 2)


def test_granted_units_are_of_the_limit_and_roll_over_with_it() -> None:
    store, time, here = world(rollover=50)
    wish = GrantWish("g", "calls", Gift.UNITS, 30, START, None, "ada", "a launch")
    save_grant(ORG, wish, here.catalog, store, here.clock)
    use(here, "a", 1)
    time.now = SECOND
    assert seen(here) == (49, 39, 49)


def test_without_a_limit_or_a_subscription_there_is_nothing_to_roll_over() -> None:
    store, time, here = world(limit=None)
    time.now = SECOND
    assert seen(here) == (None, 0, None)
    plan = Plan("free", "Free", default=True, features={"calls": Counted("calls", limit=10, rollover=6)})
    store.grant(ORG, OrganizationState(Organization(ORG)))
    assert seen(metering(store, time, Catalog({"free": plan}, {}))) == (10, 0, 10)


def test_a_meter_whose_rest_rolls_over_is_kept_until_the_next_period_is_over() -> None:
    """Else that would begin with more, whenever its first use comes."""
    plain = Meter("calls", START, SECOND, 10)
    rolling = replace(plain, rollover=6, rolled=2, passed=1)
    ends = [int(meter_item(ORG, each)["expires_at"]["N"]) for each in (plain, rolling)]
    assert ends == [SECOND + METER_LIFETIME, SECOND + MONTH + METER_LIFETIME]
    assert read_meter(meter_item(ORG, replace(rolling, beside=plain))) == rolling

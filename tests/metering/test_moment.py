from dataclasses import replace
from typing import Any

import pytest

from billing.core.clock import DAY, HOUR
from billing.metering.domain.grant import Gift, GrantWish
from billing.metering.domain.moment import CLOCKS, as_of
from billing.metering.domain.usage import UsageEvent
from billing.metering.domain.use import EventResult
from billing.metering.services.record_usage import MAX_AGE, record_usage
from billing.metering.services.save_grant import save_grant
from billing.metering.table.rows import METER_LIFETIME
from billing.subscriptions.domain.organization import Organization, OrganizationState
from billing.subscriptions.domain.subscription import Item, Status, Subscription
from tests.model.metering import CATALOG, FREE, LARGE, ORG, SOFT, START, calls, metering, on_plan
from tests.model.time import Time
from tests.model.usage_store import MemoryUsage

LATER = START + 32 * DAY
"""In the second month of a subscription that began at START."""

TERM: dict[str, Any] = {"term_start": START + 30 * DAY, "term_end": START + 61 * DAY, "billing_months": 1}
"""Of September 2026, a month of thirty days, and then of October."""


def row(plan: str = LARGE, **fields: Any) -> Subscription:
    [made] = on_plan(plan, **fields).subscriptions
    return made


def having(*rows: Subscription) -> OrganizationState:
    return OrganizationState(Organization(ORG), rows)


def record(store: MemoryUsage, *events: UsageEvent, now: int = LATER) -> list[EventResult]:
    return record_usage(ORG, events, metering(store, Time(now)))


def counts(store: MemoryUsage) -> dict[int, int]:
    """What each period has, by the days since START on which it begins."""
    return {(meter.start - START) // DAY: meter.used for meter in store.meters.values()}


def cancelled(at: int, plan: str = LARGE, **fields: Any) -> Subscription:
    return row(plan, status=Status.CANCELLED, cancelled_at=at, **fields)


# --- which period ----------------------------------------------------------------------------------


def test_a_use_counts_in_the_period_in_which_it_happened_however_late_it_comes() -> None:
    store = MemoryUsage({ORG: having(row(**TERM))})
    late, today = calls("late", 20, occurred_at=START + 29 * DAY), calls("today", 3, occurred_at=LATER)
    assert [each.outcome for each in record(store, late, today)] == ["recorded", "recorded"]
    assert counts(store) == {0: 20, 30: 3}


def test_a_late_use_is_judged_by_what_its_own_period_has_left() -> None:
    store = MemoryUsage({ORG: having(row(**TERM))})
    record(store, calls("full", 25), now=START)
    past, present = record(store, calls("late", 1, occurred_at=START + HOUR), calls("today", 25, occurred_at=LATER))
    assert (past.reason, past.meter and past.meter.start) == ("exhausted", START)
    assert present.outcome == "recorded"


def test_late_news_does_not_pass_the_hard_limit_of_the_period_that_runs() -> None:
    store = MemoryUsage({ORG: having(row(**TERM))})
    within = calls("full", 25, occurred_at=LATER), calls("late", 1, occurred_at=LATER - DAY)
    assert [each.outcome for each in record(store, *within)] == ["recorded", "refused"]


def test_a_period_that_was_cut_otherwise_then_is_found_by_its_meter() -> None:
    """A month from the 31st is clamped to February's end: from there nobody can tell that it began on the 31st."""
    january, february, march = 1_769_817_600, 1_772_236_800, 1_774_915_200
    began: dict[str, Any] = {"created_at": january, "started_at": january, "billing_months": 1}
    store = MemoryUsage({ORG: having(row(term_start=january, term_end=february, **began))})
    record(store, calls("e1", 20, occurred_at=january), now=january)
    store.grant(ORG, having(row(term_start=february, term_end=march, **began)))
    [fits, more] = record(
        store,
        calls("e2", 5, occurred_at=january + DAY),
        calls("e3", 1, occurred_at=january + DAY),
        now=february + 2 * DAY,
    )
    assert (fits.outcome, more.reason) == ("recorded", "exhausted")
    assert [(meter.start, meter.used) for meter in store.meters.values()] == [(january, 25)]


def test_a_term_before_the_one_that_is_known_was_like_it() -> None:
    store = MemoryUsage({ORG: having(row("odd", **TERM))})
    record(store, UsageEvent("e1", "exports", 2, START + DAY))
    [meter] = store.meters.values()
    assert (meter.start, meter.end) == (START, START + 30 * DAY)


def test_the_meter_of_a_period_is_there_for_as_long_as_its_uses_may_come() -> None:
    assert METER_LIFETIME > MAX_AGE


# --- which plan ------------------------------------------------------------------------------------


def test_a_use_from_before_a_cancellation_is_metered_on_what_was_then() -> None:
    store = MemoryUsage({ORG: having(row())})
    record(store, calls("e1", 20), now=START)
    store.grant(ORG, having(cancelled(START + 2 * DAY)))
    before, after, too_much = record(
        store,
        calls("e2", 5, occurred_at=START + DAY),
        calls("e3", 6, occurred_at=START + 3 * DAY),
        calls("e4", 1, occurred_at=START + DAY),
        now=START + 3 * DAY,
    )
    assert before.usage is not None and after.usage is not None
    assert (before.usage.plan_id, before.usage.subscription_id) == (LARGE, f"sub_{LARGE}")
    assert (after.usage.plan_id, after.usage.subscription_id) == (FREE, None)
    assert too_much.reason == "exhausted"


def test_a_use_from_before_a_subscription_is_metered_on_the_plan_that_everybody_has() -> None:
    began = START + 2 * DAY
    store = MemoryUsage({ORG: having(row(created_at=began, started_at=began, term_start=began))})
    before, after = record(
        store, calls("e1", occurred_at=began - HOUR), calls("e2", occurred_at=began - 60), now=began + DAY
    )
    assert before.usage is not None and after.usage is not None
    assert (before.usage.plan_id, after.usage.plan_id) == (FREE, LARGE), "clocks differ by some minutes"
    assert after.usage.period_start == began, "and give no period before the first"


def test_who_cancels_and_buys_again_has_one_allowance_for_late_uses_too() -> None:
    store = MemoryUsage({ORG: having(row())})
    record(store, calls("e1", 20), now=START)
    bought = START + 3 * DAY
    again = row(SOFT, id="sub_again", created_at=bought, started_at=bought, term_start=bought)
    store.grant(ORG, having(cancelled(START + 2 * DAY), again))
    record(store, calls("e2", 2, occurred_at=START + DAY), now=START + 4 * DAY)
    [meter] = store.meters.values()
    assert (meter.start, meter.used, meter.limit) == (START, 22, 10), "the limit is today's"


# --- as the rows tell ------------------------------------------------------------------------------

NOW = START + 20 * DAY


@pytest.mark.parametrize(
    ("known", "moment", "status"),
    [
        (row(), START, Status.ACTIVE),
        (row(), START - CLOCKS, Status.ACTIVE),
        (row(), START - CLOCKS - 1, None),
        (cancelled(START + DAY), START + DAY - 1, Status.ACTIVE),
        (cancelled(START + DAY), START + DAY, Status.CANCELLED),
        (cancelled(NOW + DAY), START + DAY, Status.CANCELLED),
        (row(status=Status.PAUSED, pause_date=START + DAY), START, Status.ACTIVE),
        (row(status=Status.PAUSED, pause_date=START + DAY), START + DAY, Status.PAUSED),
        (row(status=Status.TRANSFERRED), START, Status.TRANSFERRED),
        (row(trial_start=START, trial_end=START + DAY), START + HOUR, Status.IN_TRIAL),
        (row(trial_start=START, trial_end=START + DAY), START + DAY, Status.ACTIVE),
        (cancelled(START + DAY, trial_start=START, trial_end=START + DAY), START + HOUR, Status.IN_TRIAL),
        (row(started_at=NOW + DAY, created_at=NOW + DAY), START, Status.ACTIVE),
    ],
    ids=[
        "runs",
        "is about to begin",
        "has not begun",
        "ran then",
        "had ended then",
        "ends in the future, by another clock",
        "ran before its pause",
        "was paused",
        "moved away, nobody knows when",
        "was in its trial",
        "had left its trial",
        "ended with its trial",
        "begins in the future, by another clock",
    ],
)
def test_a_subscription_was_what_its_row_tells(known: Subscription, moment: int, status: Status | None) -> None:
    found = as_of(having(known), moment, NOW).subscriptions
    assert [each.status for each in found] == ([] if status is None else [status])
    assert [replace(each, status=known.status) for each in found] == [known] * len(found)


def test_items_are_what_the_row_has_now_for_nobody_knows_those_of_then() -> None:
    known = cancelled(START + DAY, items=(Item("another", "plan", 2),))
    [found] = as_of(having(known), START, NOW).subscriptions
    assert found.items == known.items


# --- which grants ----------------------------------------------------------------------------------


def give(store: MemoryUsage, wish: GrantWish, at: int) -> None:
    save_grant(ORG, wish, CATALOG, store, lambda: at)


def test_a_use_from_before_a_grants_change_is_metered_on_what_it_gave_then() -> None:
    store = MemoryUsage({ORG: having(row())})
    raised = GrantWish("g1", "calls", Gift.LIMIT, 100, None, None, "ada", "a launch")
    give(store, raised, at=START)
    give(store, replace(raised, amount=30), at=LATER)
    fits, more = record(store, calls("e1", 90, occurred_at=START + DAY), calls("e2", 11, occurred_at=START + DAY))
    today = record(store, calls("e3", 30, occurred_at=LATER), calls("e4", 1, occurred_at=LATER))
    assert (fits.outcome, more.reason) == ("recorded", "exhausted")
    assert [each.outcome for each in today] == ["recorded", "refused"]


def test_a_use_of_what_a_grant_gives_no_more_is_recorded_where_it_happened_before() -> None:
    store = MemoryUsage({ORG: having(row())})
    given = GrantWish("g1", "exports", Gift.LIMIT, 4, None, None, "ada", "a pilot")
    give(store, given, at=START)
    give(store, replace(given, feature="calls"), at=START + 2 * DAY)
    uses = [UsageEvent(f"e{days}", "exports", 1, START + days * DAY) for days in (1, 2)]
    assert [each.outcome for each in record(store, *uses, now=START + 3 * DAY)] == ["recorded", "refused"]

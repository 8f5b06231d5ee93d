"""What time does to a subscription, and the snapshots that tell of it."""

import time
from datetime import UTC, datetime

import pytest
from chargebee import InvalidRequestError

from local.chargebee.billing_periods import term_end
from tests.local.chargebee.world import DAY, Vendor


def test_a_trial_with_a_card_becomes_active_and_is_charged(world: Vendor) -> None:
    trial_end = world.subscribe("sub_1", trial_days=14).trial_end
    world.advance(14 * DAY + 1)
    subscription = world.subscription()
    assert (subscription.status, subscription.current_term_start) == ("active", trial_end)
    assert (subscription.trial_end, subscription.activated_at) == (trial_end, trial_end)
    activated = next(event for event in world.events() if event["event_type"] == "subscription_activated")
    assert activated["occurred_at"] == trial_end and activated["source"] == "scheduled_job"
    assert activated["content"]["invoice"]["status"] == "paid"


def test_a_trial_without_a_card_ends_for_want_of_one(world: Vendor) -> None:
    world.subscribe("sub_1", trial_days=14)
    world.control("POST", "/customers/sub_1-owner/card", {"card": "none"})
    world.advance(15 * DAY)
    subscription = world.subscription()
    assert (subscription.status, subscription.cancel_reason) == ("cancelled", "no_card")
    assert world.event_types()[-1] == "subscription_cancelled"


def test_a_trial_cancelled_at_its_end_stays_a_trial_until_then(world: Vendor) -> None:
    trial_end = world.subscribe("sub_1", trial_days=14).trial_end
    cancelled = world.sdk.Subscription.cancel_for_items("sub_1", {"cancel_option": "end_of_term"}).subscription
    assert (cancelled.status, cancelled.cancelled_at) == ("in_trial", trial_end)
    world.advance(15 * DAY)
    assert world.subscription().status == "cancelled"
    assert "subscription_activated" not in world.event_types()


def test_a_trial_that_a_caller_asks_for_lies_in_the_past_once_the_clock_was_advanced_beyond_it(world: Vendor) -> None:
    world.customer("org_1", "ok")
    world.advance(60 * DAY)
    items = [{"item_price_id": "growth", "quantity": 1}]
    asked = {"id": "sub_1", "subscription_items": items, "trial_end": int(time.time()) + 14 * DAY}
    with pytest.raises(InvalidRequestError, match="trial_end : must be in the future"):
        world.sdk.Subscription.create_with_items("org_1", asked)
    world.control("PUT", "/assumptions", {"callers_trial_end": "shifted"})
    trial_end = world.sdk.Subscription.create_with_items("org_1", asked).subscription.trial_end
    assert trial_end == pytest.approx(world.now() + 14 * DAY, abs=10)


def test_a_declined_card_at_trial_end_leaves_it_active_with_dues_until_collected(world: Vendor) -> None:
    world.subscribe("sub_1", trial_days=14)
    world.control("POST", "/customers/sub_1-owner/card", {"card": "declined"})
    world.advance(15 * DAY)
    owing = world.subscription()
    assert (owing.status, owing.due_invoices_count, owing.total_dues) == ("active", 1, 9800)
    assert owing.due_since == owing.activated_at
    failed = world.events()[-1]
    assert failed["event_type"] == "payment_failed"
    content = failed["content"]
    assert content["transaction"]["status"] == "failure" and content["transaction"]["error_code"]
    assert (content["invoice"]["status"], content["invoice"]["dunning_status"]) == ("payment_due", "in_progress")
    assert content["subscription"]["due_invoices_count"] == 1
    world.control("POST", "/customers/sub_1-owner/collect")
    assert world.subscription().due_invoices_count == 1
    world.control("POST", "/customers/sub_1-owner/card", {"card": "ok"})
    world.control("POST", "/customers/sub_1-owner/collect")
    clear = world.subscription()
    assert (clear.due_invoices_count, clear.due_since, clear.total_dues) == (0, None, None)
    assert clear.resource_version > owing.resource_version
    assert world.event_types()[-1] == "payment_succeeded"
    assert world.events()[-1]["content"]["subscription"]["due_invoices_count"] == 0


def test_many_renewals_happen_in_order_each_at_its_own_time(world: Vendor) -> None:
    started = world.subscribe("sub_1").current_term_start
    world.advance(366 * DAY)
    renewals = [event for event in world.events() if event["event_type"] == "subscription_renewed"]
    assert len(renewals) == 12
    ends = [event["content"]["subscription"]["current_term_end"] for event in renewals]
    assert [event["occurred_at"] for event in renewals][1:] == ends[:-1]
    assert ends == [term_end(started, moment, 1, "month") for moment in [event["occurred_at"] for event in renewals]]
    versions = [event["content"]["subscription"]["resource_version"] for event in renewals]
    assert versions == sorted(set(versions))


def test_two_subscriptions_fall_due_in_time_order(world: Vendor) -> None:
    world.subscribe("late", trial_days=9)
    world.subscribe("early", trial_days=5)
    world.advance(10 * DAY)
    ids = [e["content"]["subscription"]["id"] for e in world.events() if e["event_type"] == "subscription_activated"]
    assert ids == ["early", "late"]


def test_a_scheduled_cancellation_falls_due_instead_of_a_renewal(world: Vendor) -> None:
    term_end_at = world.subscribe("sub_1").current_term_end
    world.sdk.Subscription.cancel_for_items("sub_1", {"cancel_option": "end_of_term"})
    world.advance(62 * DAY)
    ended = world.subscription()
    assert (ended.status, ended.cancelled_at, ended.cancel_reason) == ("cancelled", term_end_at, None)
    assert ended.cancel_schedule_created_at
    assert "subscription_renewed" not in world.event_types()


def test_a_future_subscription_starts_on_its_date(world: Vendor) -> None:
    world.customer("org_1", "ok")
    start = world.now() + 10 * DAY
    future = world.sdk.Subscription.create_with_items(
        "org_1", {"id": "sub_1", "start_date": start, "subscription_items": [{"item_price_id": "growth"}]}
    ).subscription
    assert (future.status, future.start_date, future.current_term_start) == ("future", start, None)
    world.advance(11 * DAY)
    assert (world.subscription().status, world.subscription().current_term_start) == ("active", start)
    assert "subscription_started" in world.event_types() and "subscription_activated" not in world.event_types()


def test_versions_are_milliseconds_and_never_the_same_twice(world: Vendor) -> None:
    world.subscribe("sub_1")
    seen = [world.subscription().resource_version]
    for seats in range(3, 8):
        changed = world.sdk.Subscription.update_for_items(
            "sub_1", {"subscription_items": [{"item_price_id": "growth", "quantity": seats}], "prorate": False}
        ).subscription
        seen.append(changed.resource_version)
        assert changed.updated_at == pytest.approx(changed.resource_version / 1000, abs=2)
    assert seen == sorted(set(seen))


def _at(*date: int) -> int:
    return int(datetime(*date, tzinfo=UTC).timestamp())  # type: ignore[arg-type, misc]


def test_a_term_that_began_on_the_31st_comes_back_to_the_31st() -> None:
    anchor = _at(2026, 1, 31)
    assert term_end(anchor, anchor, 1, "month") == _at(2026, 2, 28)
    assert term_end(anchor, _at(2026, 2, 28), 1, "month") == _at(2026, 3, 31)
    assert term_end(_at(2024, 2, 29), _at(2024, 2, 29), 1, "year") == _at(2025, 2, 28)
    assert term_end(anchor, anchor, 2, "week") == _at(2026, 2, 14)

import json
from typing import Any

import pytest
from chargebee import InvalidRequestError, PaymentError

from tests.local.chargebee.world import DAY, Vendor


def test_a_subscription_is_created_charged_and_answered_with_its_invoice(world: Vendor) -> None:
    world.customer("org_1", "ok")
    answer = world.sdk.Subscription.create_with_items(
        "org_1",
        {"id": "sub_1", "subscription_items": [{"item_price_id": "growth", "quantity": 5}], "meta_data": '{"a": 1}'},
    )
    assert answer.invoice.total == 24_500 and answer.customer.id == "org_1" and answer.card.last4 == "1111"
    subscription = answer.subscription
    assert (subscription.status, subscription.mrr, subscription.meta_data) == ("active", 24_500, {"a": 1})
    assert subscription.activated_at == subscription.started_at == subscription.current_term_start


@pytest.mark.parametrize(
    ("card", "code"), [(None, "payment_method_not_present"), ("declined", "payment_processing_failed")]
)
def test_a_subscription_that_cannot_be_charged_is_not_created(world: Vendor, card: str | None, code: str) -> None:
    world.customer("org_1", card)
    with pytest.raises(PaymentError) as refusal:
        world.sdk.Subscription.create_with_items("org_1", {"subscription_items": [{"item_price_id": "growth"}]})
    assert refusal.value.api_error_code == code
    assert world.sdk.Subscription.list({}).list == []


def test_subscriptions_are_filtered_sorted_and_paged(world: Vendor) -> None:
    for number in range(5):
        world.subscribe(f"sub_{number}", trial_days=number % 2)
    first = world.sdk.Subscription.list({"limit": 2, "sort_by": {"asc": "created_at"}})
    second = world.sdk.Subscription.list({"limit": 2, "sort_by": {"asc": "created_at"}, "offset": first.next_offset})
    third = world.sdk.Subscription.list({"limit": 2, "sort_by": {"asc": "created_at"}, "offset": second.next_offset})
    seen = [entry.subscription.id for page in (first, second, third) for entry in page.list]
    assert seen == [f"sub_{number}" for number in range(5)] and third.next_offset is None

    def ids(**filters: Any) -> set[str]:
        return {entry.subscription.id for entry in world.sdk.Subscription.list(filters | {"limit": 100}).list}

    assert ids(customer_id={"is": "sub_3-owner"}) == {"sub_3"}
    assert ids(status={"in": ["in_trial", "paused"]}) == {"sub_1", "sub_3"}
    assert ids(item_price_id={"is": "growth"}) == set(seen) and ids(item_price_id={"is": "scale"}) == set()
    assert ids(updated_at={"after": world.now() + DAY}) == set()
    assert ids(updated_at={"before": world.now() + DAY}) == set(seen)
    owned = world.sdk.Subscription.subscriptions_for_customer("sub_2-owner", {"limit": 10}).list
    assert [entry.subscription.id for entry in owned] == ["sub_2"]


def test_a_row_that_changes_between_two_pages_is_never_missed(world: Vendor) -> None:
    for number in range(4):
        world.subscribe(f"sub_{number}")
        world.advance(1)
    order = {"sort_by": {"asc": "updated_at"}}
    first = world.sdk.Subscription.list({"limit": 2} | order)
    world.sdk.Subscription.pause("sub_1", {"pause_option": "immediately"})
    rest = world.sdk.Subscription.list({"limit": 10, "offset": first.next_offset} | order)
    assert [entry.subscription.id for entry in rest.list] == ["sub_2", "sub_3", "sub_1"]


def test_a_change_applies_now_and_charges_the_prorated_gain(world: Vendor) -> None:
    world.subscribe("sub_1", seats=2)
    answer = world.sdk.Subscription.update_for_items(
        "sub_1", {"subscription_items": [{"item_price_id": "growth", "quantity": 4}]}
    )
    assert answer.subscription.subscription_items[0].quantity == 4
    assert answer.invoice.total == pytest.approx(9800, abs=2)
    assert world.event_types()[-3:] == ["subscription_changed", "invoice_generated", "payment_succeeded"]


def test_a_change_at_term_end_waits_for_the_renewal(world: Vendor) -> None:
    world.subscribe("sub_1", seats=4)
    changed = world.sdk.Subscription.update_for_items(
        "sub_1", {"subscription_items": [{"item_price_id": "starter", "quantity": 1}], "end_of_term": True}
    ).subscription
    assert (changed.has_scheduled_changes, changed.changes_scheduled_at) == (True, None)
    assert changed.subscription_items[0].item_price_id == "growth"
    world.advance(31 * DAY)
    renewed = world.subscription()
    assert (renewed.subscription_items[0].item_price_id, renewed.has_scheduled_changes) == ("starter", False)
    assert world.event_types()[-4:-2] == ["subscription_changed", "subscription_renewed"]


def test_scheduled_changes_can_be_removed(world: Vendor) -> None:
    world.subscribe("sub_1")
    change = {"subscription_items": [{"item_price_id": "starter"}], "change_option": "end_of_term"}
    world.sdk.Subscription.update_for_items("sub_1", change)
    assert world.sdk.Subscription.remove_scheduled_changes("sub_1").subscription.has_scheduled_changes is False
    world.advance(31 * DAY)
    assert world.subscription().subscription_items[0].item_price_id == "growth"


def test_a_cancellation_at_term_end_reads_as_the_vendor_writes_it(world: Vendor) -> None:
    term_end = world.subscribe("sub_1").current_term_end
    cancelled = world.sdk.Subscription.cancel_for_items("sub_1", {"cancel_option": "end_of_term"}).subscription
    assert (cancelled.status, cancelled.cancelled_at) == ("non_renewing", term_end)
    assert (cancelled.remaining_billing_cycles, cancelled.next_billing_at) == (0, None)
    assert cancelled.cancel_schedule_created_at
    assert world.event_types()[-1] == "subscription_cancellation_scheduled"
    restored = world.sdk.Subscription.remove_scheduled_cancellation("sub_1", {}).subscription
    assert (restored.status, restored.cancelled_at, restored.next_billing_at) == ("active", None, term_end)
    assert world.event_types()[-1] == "subscription_scheduled_cancellation_removed"


def test_writing_subscription_meta_data_takes_a_pending_cancellation_away(world: Vendor) -> None:
    world.subscribe("sub_1")
    world.sdk.Subscription.cancel_for_items("sub_1", {"end_of_term": True})
    changed = world.sdk.Subscription.update_for_items("sub_1", {"meta_data": json.dumps({"a": 1})}).subscription
    assert (changed.status, changed.cancelled_at) == ("active", None)


def test_a_cancellation_on_a_date_beyond_the_term_lets_it_renew_until_then(world: Vendor) -> None:
    world.subscribe("sub_1")
    moment = world.now() + 45 * DAY
    asked = {"cancel_option": "specific_date", "cancel_at": moment}
    assert world.sdk.Subscription.cancel_for_items("sub_1", asked).subscription.status == "active"
    world.advance(32 * DAY)
    assert world.subscription().status == "non_renewing"
    world.advance(14 * DAY)
    ended = world.subscription()
    assert (ended.status, ended.cancelled_at) == ("cancelled", moment)


def test_a_cancelled_subscription_can_be_reactivated(world: Vendor) -> None:
    world.subscribe("sub_1")
    cancelled = world.sdk.Subscription.cancel_for_items("sub_1", {"cancel_reason_code": "Too expensive"}).subscription
    assert (cancelled.status, cancelled.cancel_reason, cancelled.mrr) == ("cancelled", None, 0)
    assert cancelled.cancel_reason_code == "Too expensive"
    answer = world.sdk.Subscription.reactivate("sub_1", {})
    assert answer.subscription.status == "active" and answer.invoice.status == "paid"
    assert answer.subscription.cancelled_at is None
    assert "subscription_reactivated" in world.event_types()


def test_pausing_stops_renewals_until_it_is_resumed(world: Vendor) -> None:
    world.subscribe("sub_1")
    paused = world.sdk.Subscription.pause("sub_1", {"pause_option": "immediately"}).subscription
    assert paused.status == "paused" and paused.pause_date and paused.mrr == 0 and paused.next_billing_at is None
    world.advance(60 * DAY)
    assert world.subscription().status == "paused"
    answer = world.sdk.Subscription.resume("sub_1", {"resume_option": "immediately"})
    assert answer.subscription.status == "active" and answer.invoice.status == "paid"
    assert answer.subscription.current_term_start >= paused.pause_date + 60 * DAY
    assert [t for t in world.event_types() if "pause" in t or "resume" in t] == [
        "subscription_paused",
        "subscription_resumed",
    ]


def test_a_scheduled_pause_and_its_resumption_happen_by_themselves(world: Vendor) -> None:
    subscription = world.subscribe("sub_1")
    resume = subscription.current_term_end + 5 * DAY
    world.sdk.Subscription.pause("sub_1", {"pause_option": "end_of_term", "resume_date": resume})
    world.advance(33 * DAY)
    assert world.subscription().status == "paused"
    world.advance(5 * DAY)
    assert (world.subscription().status, world.subscription().current_term_start) == ("active", resume)


def test_a_deleted_subscription_keeps_its_status_and_is_listed_only_on_request(world: Vendor) -> None:
    world.subscribe("sub_1")
    deleted = world.sdk.Subscription.delete("sub_1").subscription
    assert (deleted.deleted, deleted.status) == (True, "active")
    assert world.events()[-1]["content"]["subscription"]["deleted"] is True
    assert world.sdk.Subscription.list({}).list == []
    (entry,) = world.sdk.Subscription.list({"include_deleted": True}).list
    assert entry.subscription.deleted is True
    with pytest.raises(InvalidRequestError, match="not found"):
        world.subscription()


def test_a_term_end_can_be_moved(world: Vendor) -> None:
    trial_end = world.subscribe("sub_1", trial_days=3).trial_end
    moved = world.sdk.Subscription.change_term_end("sub_1", {"term_ends_at": trial_end + DAY}).subscription
    assert moved.trial_end == trial_end + DAY
    assert world.event_types()[-1] == "subscription_trial_extended"


def test_portal_sessions_are_created_read_and_logged_out(world: Vendor) -> None:
    world.customer("org_1")
    asked = {"customer": {"id": "org_1"}, "redirect_url": "https://app.example/billing"}
    session = world.sdk.PortalSession.create(asked).portal_session
    assert session.status == "created" and session.expires_at - session.created_at == 3600
    assert world.sdk.PortalSession.retrieve(session.id).portal_session.customer_id == "org_1"
    assert world.sdk.PortalSession.logout(session.id).portal_session.status == "logged_out"


def test_events_are_listed_by_type_and_time(world: Vendor) -> None:
    world.subscribe("sub_1", trial_days=1)
    created = world.sdk.Event.list({"event_type": {"is": "subscription_created"}}).list[0].event
    assert created.content["subscription"]["id"] == "sub_1" and created.source == "api"
    assert world.sdk.Event.retrieve(created.id).event.occurred_at == created.occurred_at
    before = world.now()
    world.advance(2 * DAY)
    later = world.sdk.Event.list({"occurred_at": {"after": before}, "sort_by": {"asc": "occurred_at"}}).list
    assert [entry.event.event_type for entry in later] == [
        "subscription_activated",
        "invoice_generated",
        "payment_succeeded",
    ]
    assert {entry.event.source for entry in later} == {"scheduled_job"}

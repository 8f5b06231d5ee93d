"""What an update does beside what it says: it revives, it bills, and it drops what was scheduled."""

from typing import Any

import pytest
from chargebee import InvalidRequestError, PaymentError

from tests.local.chargebee.world import DAY, Vendor

FOUR_SEATS = {"subscription_items": [{"item_price_id": "growth", "quantity": 4}]}
DOWNGRADE = {"subscription_items": [{"item_price_id": "starter"}], "change_option": "end_of_term"}


def _cancelled(world: Vendor) -> None:
    world.subscribe("sub_1")
    world.sdk.Subscription.cancel_for_items("sub_1", {"cancel_option": "immediately"})


def _plans(subscription: Any) -> list[str]:
    return [item.item_price_id for item in subscription.subscription_items]


def test_items_revive_a_cancelled_subscription_and_bill_it(world: Vendor) -> None:
    _cancelled(world)
    answer = world.sdk.Subscription.update_for_items("sub_1", FOUR_SEATS)
    assert (answer.subscription.status, answer.invoice.total, answer.invoice.status) == ("active", 19_600, "paid")
    assert "subscription_reactivated" in world.event_types()


@pytest.mark.parametrize("change", [FOUR_SEATS | {"reactivate": False}, {"meta_data": '{"a": 1}'}])
def test_a_cancelled_subscription_changes_without_coming_back(world: Vendor, change: dict[str, Any]) -> None:
    _cancelled(world)
    answer = world.sdk.Subscription.update_for_items("sub_1", change)
    assert (answer.subscription.status, answer.invoice) == ("cancelled", None)
    assert world.event_types()[-1] == "subscription_changed"


def test_a_revival_that_cannot_be_charged_changes_nothing(world: Vendor) -> None:
    _cancelled(world)
    world.control("POST", "/customers/sub_1-owner/card", {"card": "declined"})
    with pytest.raises(PaymentError):
        world.sdk.Subscription.update_for_items("sub_1", FOUR_SEATS)
    assert (world.subscription().status, world.subscription().subscription_items[0].quantity) == ("cancelled", 2)


@pytest.mark.parametrize("change", [FOUR_SEATS, {"meta_data": '{"a": 1}'}])
def test_every_update_drops_what_was_scheduled(world: Vendor, change: dict[str, Any]) -> None:
    world.subscribe("sub_1")
    world.sdk.Subscription.update_for_items("sub_1", DOWNGRADE)
    changed = world.sdk.Subscription.update_for_items("sub_1", change).subscription
    assert (changed.has_scheduled_changes, changed.changes_scheduled_at) == (False, None)
    world.advance(32 * DAY)
    assert _plans(world.subscription()) == ["growth"]


def test_what_is_scheduled_can_be_read(world: Vendor) -> None:
    world.subscribe("sub_1")
    with pytest.raises(InvalidRequestError):
        world.sdk.Subscription.retrieve_with_scheduled_changes("sub_1")
    world.sdk.Subscription.update_for_items("sub_1", DOWNGRADE)
    assert _plans(world.sdk.Subscription.retrieve_with_scheduled_changes("sub_1").subscription) == ["starter"]
    assert _plans(world.subscription()) == ["growth"]


def test_a_change_on_a_date_waits_for_it_and_bills_what_is_gained_from_then_on(world: Vendor) -> None:
    start = world.subscribe("sub_1").current_term_start
    moment = start + 10 * DAY
    asked = FOUR_SEATS | {"change_option": "specific_date", "changes_scheduled_at": moment}
    assert world.sdk.Subscription.update_for_items("sub_1", asked).subscription.changes_scheduled_at == moment
    world.advance(10 * DAY + 1)
    changed = world.subscription()
    assert (changed.subscription_items[0].quantity, changed.has_scheduled_changes) == (4, False)
    gained = world.sdk.Invoice.list({"limit": 1}).list[0].invoice
    left = (changed.current_term_end - moment) / (changed.current_term_end - start)
    assert gained.total == pytest.approx(9800 * left, abs=1)


def test_a_second_plan_takes_the_firsts_place_or_joins_it(world: Vendor) -> None:
    world.subscribe("sub_1")
    other = {"subscription_items": [{"item_price_id": "starter"}]}
    assert _plans(world.sdk.Subscription.update_for_items("sub_1", other).subscription) == ["starter"]
    world.control("PUT", "/settings", {"multi_plan": "on"})
    back = {"subscription_items": [{"item_price_id": "growth"}]}
    assert _plans(world.sdk.Subscription.update_for_items("sub_1", back).subscription) == ["starter", "growth"]
    alone = back | {"replace_items_list": True}
    assert _plans(world.sdk.Subscription.update_for_items("sub_1", alone).subscription) == ["growth"]


@pytest.mark.parametrize(("answer", "price"), [("forgotten", 4900), ("kept", 100)])
def test_an_update_without_a_price_forgets_the_agreed_one_or_keeps_it(world: Vendor, answer: str, price: int) -> None:
    world.control("PUT", "/assumptions", {"agreed_unit_price": answer})
    world.customer("org_1", "ok")
    items = [{"item_price_id": "growth", "quantity": 2, "unit_price": 100}]
    world.sdk.Subscription.create_with_items("org_1", {"id": "sub_1", "subscription_items": items})
    changed = world.sdk.Subscription.update_for_items("sub_1", FOUR_SEATS).subscription
    assert changed.subscription_items[0].unit_price == price


def test_staff_can_write_what_the_api_does_not_take(world: Vendor) -> None:
    world.subscribe("sub_1")
    world.control("PATCH", "/subscriptions/sub_1", {"status": "transferred", "subscription_items": None})
    changed = world.events()[-1]
    assert (changed["event_type"], changed["source"]) == ("subscription_changed", "admin_console")
    assert changed["content"]["subscription"]["status"] == "transferred"
    assert "subscription_items" not in changed["content"]["subscription"]


@pytest.mark.parametrize("size", [848_000, 1_400_000])
def test_an_event_can_be_of_any_size(world: Vendor, size: int) -> None:
    world.subscribe("sub_1")
    assert world.control("POST", "/subscriptions/sub_1/padding", {"bytes": size})["bytes"] >= size
    document = world.http.get(f"/api/v2/events/{world.events()[-1]['id']}")
    assert len(document.content) >= size and document.json()["event"]["event_type"] == "subscription_changed"


def test_an_event_of_any_type_can_be_sent(world: Vendor) -> None:
    world.control("POST", "/events", {"event_type": "moon_risen", "content": {"moon": {"phase": "full"}}})
    assert world.events()[-1]["content"] == {"moon": {"phase": "full"}}
    assert world.http.post("/_sim/events", json={"event_type": "moon_risen"}).status_code == 400

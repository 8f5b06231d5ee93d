"""Subscriptions that are bound for a time, and that only a contract's own option cancels."""

from typing import Any

import pytest
from chargebee import InvalidRequestError

from tests.local.chargebee.world import DAY, Vendor


def _bound(world: Vendor, cycles: int = 3, **terms: Any) -> Any:
    world.customer("org_1", "ok")
    asked = {
        "id": "sub_1",
        "subscription_items": [{"item_price_id": "growth", "quantity": 2}],
        "billing_cycles": cycles,
        "contract_term": {"action_at_term_end": "renew"} | terms,
    }
    return world.sdk.Subscription.create_with_items("org_1", asked).subscription


def _cancel(world: Vendor, **options: Any) -> Any:
    return world.sdk.Subscription.cancel_for_items("sub_1", options).subscription


def test_a_contract_is_part_of_its_subscription(world: Vendor) -> None:
    made = _bound(world)
    contract = world.subscription().contract_term
    assert (contract.status, contract.billing_cycle, contract.total_contract_value) == ("active", 3, 29_400)
    assert contract.contract_start == made.current_term_start
    assert contract.contract_end - contract.contract_start > 88 * DAY
    created = world.events()[-1]
    assert created["event_type"] == "contract_term_created" and list(created["content"]) == ["contract_term"]


def test_staff_can_bind_a_subscription(world: Vendor) -> None:
    world.subscribe("sub_1")
    world.control("POST", "/subscriptions/sub_1/contract_term", {"billing_cycles": 12})
    assert world.subscription().contract_term.billing_cycle == 12
    assert world.events()[-1]["content"]["subscription"]["contract_term"]["status"] == "active"


@pytest.mark.parametrize("options", [{}, {"cancel_option": "immediately"}, {"end_of_term": True}])
def test_a_bound_subscription_is_not_cancelled_as_others_are(world: Vendor, options: dict[str, Any]) -> None:
    _bound(world)
    with pytest.raises(InvalidRequestError) as refusal:
        _cancel(world, **options)
    assert refusal.value.http_status_code == 409
    assert world.subscription().status == "active"


def test_the_contracts_option_is_for_contracts_only(world: Vendor) -> None:
    world.subscribe("sub_1")
    with pytest.raises(InvalidRequestError) as refusal:
        _cancel(world, contract_term_cancel_option="terminate_immediately")
    assert refusal.value.param == "contract_term_cancel_option"


def test_the_end_of_a_contract_is_not_taken_back(world: Vendor) -> None:
    _bound(world)
    _cancel(world, contract_term_cancel_option="end_of_contract_term")
    with pytest.raises(InvalidRequestError) as refusal:
        world.sdk.Subscription.remove_scheduled_cancellation("sub_1", {})
    assert refusal.value.http_status_code == 409


def test_terminating_ends_contract_and_subscription(world: Vendor) -> None:
    _bound(world)
    ended = _cancel(world, contract_term_cancel_option="terminate_immediately")
    assert (ended.status, ended.contract_term) == ("cancelled", None)
    assert world.event_types()[-2:] == ["contract_term_terminated", "subscription_cancelled"]


@pytest.mark.parametrize(
    ("option", "moment"),
    [
        ("end_of_contract_term", lambda s: s.contract_term.contract_end),
        ("end_of_subscription_billing_term", lambda s: s.current_term_end),
    ],
)
def test_a_bound_subscription_ends_when_its_option_says(world: Vendor, option: str, moment: Any) -> None:
    end = moment(_bound(world))
    assert _cancel(world, contract_term_cancel_option=option).cancelled_at == end
    world.advance(end - world.now() + 1)
    assert world.subscription().status == "cancelled"


@pytest.mark.parametrize(
    ("action", "status", "bound"),
    [("renew", "active", True), ("evergreen", "active", False), ("cancel", "cancelled", False)],
)
def test_a_contract_runs_out_as_it_says(world: Vendor, action: str, status: str, bound: bool) -> None:
    first = _bound(world, action_at_term_end=action).contract_term
    world.advance(first.contract_end - world.now() + 1)
    subscription = world.subscription()
    assert (subscription.status, subscription.contract_term is not None) == (status, bound)
    assert "contract_term_completed" in world.event_types()
    assert ("contract_term_renewed" in world.event_types()) == bound


def test_a_subscription_under_contract_is_not_paused(world: Vendor) -> None:
    world.subscribe("sub_1")
    world.control("POST", "/subscriptions/sub_1/contract_term", {"billing_cycles": 12})
    with pytest.raises(InvalidRequestError):
        world.sdk.Subscription.pause("sub_1", {"pause_option": "immediately"})
    assert world.subscription().status == "active"

"""Subscriptions that come to belong to another customer."""

import pytest
from chargebee import InvalidRequestError

from tests.local.chargebee.world import Vendor


def _two(world: Vendor) -> None:
    world.subscribe("sub_1")
    world.customer("org_2")


def _owners(world: Vendor) -> set[str]:
    invoices = [entry.invoice for entry in world.sdk.Invoice.list({}).list]
    lines = {line.customer_id for invoice in invoices for line in invoice.line_items}
    return lines | {invoice.customer_id for invoice in invoices} | {world.subscription().customer_id}


def _revenue(world: Vendor) -> dict[str, int]:
    return {entry.customer.id: entry.customer.mrr for entry in world.sdk.Customer.list({}).list}


def test_a_subscription_moves_with_its_invoices_and_says_so(world: Vendor) -> None:
    _two(world)
    answer = world.sdk.Subscription.move("sub_1", {"to_customer_id": "org_2"})
    assert answer.subscription.customer_id == "sub_1-owner"
    assert _owners(world) == {"org_2"}
    told = {event["event_type"]: event["content"] for event in world.events()[-3:]}
    assert told["subscription_moved_out"]["subscription"]["customer_id"] == "sub_1-owner"
    assert told["subscription_moved_in"]["subscription"]["customer_id"] == "org_2"
    changed = told["subscription_changed"]
    assert changed["subscription"]["customer_id"] == changed["customer"]["id"] == "org_2"
    assert world.sdk.Subscription.list({"customer_id": {"is": "sub_1-owner"}}).list == []
    assert _revenue(world) == {"sub_1-owner": 0, "org_2": 9800}


def test_a_card_is_copied_when_that_is_asked_for(world: Vendor) -> None:
    _two(world)
    world.sdk.Subscription.move("sub_1", {"to_customer_id": "org_2", "copy_payment_source": True})
    for customer in ("sub_1-owner", "org_2"):
        assert len(world.sdk.PaymentSource.list({"customer_id": {"is": customer}}).list) == 1


def test_what_is_not_settled_does_not_move(world: Vendor) -> None:
    _two(world)
    invoice = world.sdk.Invoice.list({}).list[0].invoice
    world.control("POST", f"/invoices/{invoice.id}/late_failure")
    with pytest.raises(InvalidRequestError) as refusal:
        world.sdk.Subscription.move("sub_1", {"to_customer_id": "org_2"})
    assert refusal.value.api_error_code == "invalid_state_for_request"
    assert world.subscription().customer_id == "sub_1-owner"


@pytest.mark.parametrize(
    ("answer", "told"),
    [("untold", []), ("told", ["subscription_moved_out", "subscription_changed", "subscription_moved_in"])],
)
def test_a_merge_hands_everything_over_told_or_untold(world: Vendor, answer: str, told: list[str]) -> None:
    world.control("PUT", "/assumptions", {"merge_of_customers": answer})
    _two(world)
    before, events = world.subscription(), len(world.events())
    merged = world.sdk.Customer.merge({"from_customer_id": "sub_1-owner", "to_customer_id": "org_2"}).customer
    assert (merged.id, merged.card_status) == ("org_2", "valid")
    assert _owners(world) == {"org_2"} and world.subscription().resource_version > before.resource_version
    assert world.event_types()[events:] == told
    assert _revenue(world) == {"sub_1-owner": 0, "org_2": 9800}
    left = world.sdk.Customer.retrieve("sub_1-owner").customer
    assert (left.deleted, left.card_status, left.primary_payment_source_id) == (False, "no_card", None)


def test_customers_of_two_business_entities_do_not_merge(world: Vendor) -> None:
    world.control("PUT", "/settings", {"business_entities": ["be_1", "be_2"]})
    world.customer("org_1")
    world.sdk.Customer.create({"id": "org_2"}, {"chargebee-business-entity-id": "be_2"})
    with pytest.raises(InvalidRequestError, match="different business entities"):
        world.sdk.Customer.merge({"from_customer_id": "org_1", "to_customer_id": "org_2"})


def test_a_move_that_takes_its_time_is_made_a_minute_after_the_answer(world: Vendor) -> None:
    _two(world)
    world.control("PUT", "/settings", {"moves": "later"})
    told = len(world.events())
    world.sdk.Subscription.move("sub_1", {"to_customer_id": "org_2"})
    assert (world.subscription().customer_id, len(world.events())) == ("sub_1-owner", told)
    world.advance(20)
    assert world.subscription().customer_id == "sub_1-owner"
    world.advance(40)
    assert _owners(world) == {"org_2"}
    assert world.event_types()[told:] == ["subscription_moved_out", "subscription_changed", "subscription_moved_in"]


def test_a_merge_that_takes_its_time_takes_along_what_was_bought_meanwhile(world: Vendor) -> None:
    _two(world)
    world.control("PUT", "/settings", {"moves": "later"})
    world.sdk.Customer.merge({"from_customer_id": "sub_1-owner", "to_customer_id": "org_2"})
    items = {
        "id": "sub_2",
        "subscription_items": [{"item_price_id": "growth", "quantity": 1}],
        "auto_collection": "off",
    }
    world.sdk.Subscription.create_with_items("sub_1-owner", items)
    world.advance(60)
    assert {world.subscription(each).customer_id for each in ("sub_1", "sub_2")} == {"org_2"}


def test_a_move_that_has_become_impossible_does_not_happen(world: Vendor) -> None:
    _two(world)
    world.control("PUT", "/settings", {"moves": "later"})
    world.sdk.Subscription.move("sub_1", {"to_customer_id": "org_2"})
    world.sdk.Customer.delete("org_2")
    world.advance(60)
    assert world.subscription().customer_id == "sub_1-owner"

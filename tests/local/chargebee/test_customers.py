import json

import pytest
from chargebee import InvalidRequestError

from tests.local.chargebee.world import Vendor


def test_a_customer_is_created_with_the_id_and_meta_data_that_it_is_given(world: Vendor) -> None:
    created = world.sdk.Customer.create(
        {
            "id": "org_1",
            "company": "Acme",
            "email": "a@acme.example",
            "meta_data": json.dumps({"organizationId": "org_1"}),
        }
    ).customer
    found = world.sdk.Customer.retrieve("org_1").customer
    assert (created.id, found.company, found.meta_data) == ("org_1", "Acme", {"organizationId": "org_1"})
    assert found.raw_data["deleted"] is False and found.card_status == "no_card"
    assert world.event_types() == ["customer_created"]


def test_a_customer_without_an_id_gets_one(world: Vendor) -> None:
    assert world.sdk.Customer.create({"company": "Acme"}).customer.id


def test_meta_data_is_replaced_as_a_whole(world: Vendor) -> None:
    world.sdk.Customer.create({"id": "org_1", "meta_data": json.dumps({"a": 1, "b": 2})})
    changed = world.sdk.Customer.update("org_1", {"meta_data": json.dumps({"b": 3})}).customer
    assert changed.meta_data == {"b": 3}
    assert world.event_types()[-1] == "customer_changed"


def test_an_empty_value_clears_a_field(world: Vendor) -> None:
    world.sdk.Customer.create({"id": "org_1", "company": "Acme"})
    assert world.sdk.Customer.update("org_1", {"company": None}).customer.company is None


def test_customers_are_listed_by_filter_and_newest_first(world: Vendor) -> None:
    for number in range(3):
        world.sdk.Customer.create({"id": f"org_{number}", "email": f"{number}@acme.example"})
    ids = [entry.customer.id for entry in world.sdk.Customer.list({}).list]
    assert ids == ["org_2", "org_1", "org_0"]
    found = world.sdk.Customer.list({"email": {"is": "1@acme.example"}}).list
    assert [entry.customer.id for entry in found] == ["org_1"]
    found = world.sdk.Customer.list({"id": {"in": ["org_0", "org_2"]}, "sort_by": {"asc": "created_at"}}).list
    assert [entry.customer.id for entry in found] == ["org_0", "org_2"]


def test_a_deleted_customer_takes_its_subscriptions_along_and_its_id_stays_taken(world: Vendor) -> None:
    world.subscribe("sub_1")
    deleted = world.sdk.Customer.delete("sub_1-owner", {}).customer
    assert deleted.deleted is True
    event = world.events()[-1]
    assert event["event_type"] == "customer_deleted"
    assert event["content"]["customer"]["deleted"] is True
    assert [(s["id"], s["deleted"], s["status"]) for s in event["content"]["subscriptions"]] == [
        ("sub_1", True, "active")
    ]
    assert world.sdk.Customer.list({}).list == []
    assert len(world.sdk.Customer.list({"include_deleted": True}).list) == 1
    with pytest.raises(InvalidRequestError, match="not found"):
        world.sdk.Customer.retrieve("sub_1-owner")
    with pytest.raises(InvalidRequestError) as taken:
        world.sdk.Customer.create({"id": "sub_1-owner"})
    assert taken.value.api_error_code == "duplicate_entry"


def test_items_and_item_prices_are_readable(world: Vendor) -> None:
    price = world.sdk.ItemPrice.retrieve("growth").item_price
    assert (price.price, price.currency_code, price.period_unit, price.pricing_model) == (
        4900,
        "USD",
        "month",
        "per_unit",
    )
    plans = world.sdk.ItemPrice.list({"item_type": {"is": "plan"}, "sort_by": {"asc": "id"}, "limit": 100}).list
    assert [entry.item_price.id for entry in plans] == ["growth", "growth-yearly", "scale", "starter"]
    assert world.sdk.Item.retrieve(price.item_id).item.type == "plan"
    assert len(world.sdk.Item.list({"limit": 100}).list) == 6


def test_cards_are_saved_listed_and_deleted(world: Vendor) -> None:
    world.customer("org_1")
    card = {"number": "4111111111111111", "expiry_month": 1, "expiry_year": 2040, "cvv": "100"}
    saved = world.sdk.PaymentSource.create_card({"customer_id": "org_1", "card": card})
    assert saved.customer.primary_payment_source_id == saved.payment_source.id
    assert saved.payment_source.card.last4 == "1111"
    assert world.sdk.Customer.retrieve("org_1").card.last4 == "1111"
    listed = world.sdk.PaymentSource.list({"customer_id": {"is": "org_1"}}).list
    assert [entry.payment_source.id for entry in listed] == [saved.payment_source.id]
    assert world.sdk.PaymentSource.retrieve(saved.payment_source.id).payment_source.status == "valid"
    gone = world.sdk.PaymentSource.delete(saved.payment_source.id)
    assert gone.customer.card_status == "no_card"
    assert world.sdk.PaymentSource.list({"customer_id": {"is": "org_1"}}).list == []


def test_personal_data_is_cleared_once_every_subscription_is_cancelled_and_invoices_stay(world: Vendor) -> None:
    world.subscribe("sub_1")
    world.sdk.Customer.update("sub_1-owner", {"email": "ada@acme.example"})
    with pytest.raises(InvalidRequestError) as refused:
        world.sdk.Customer.clear_personal_data("sub_1-owner")
    assert refused.value.api_error_code == "invalid_state_for_request"
    world.sdk.Subscription.cancel_for_items("sub_1", {"cancel_option": "immediately"})
    cleared = world.sdk.Customer.clear_personal_data("sub_1-owner").customer
    assert (cleared.pii_cleared, cleared.email, cleared.company) == ("cleared", None, None)
    assert world.event_types()[-1] == "customer_changed"
    assert len(world.sdk.Invoice.list({"customer_id": {"is": "sub_1-owner"}}).list) == 1

"""What the events carry, and the fields that records have whatever is asked of them."""

from typing import Any

import pytest
from chargebee import PaymentError
from chargebee.models.enums import EventType

from local.chargebee.contents import CONTENTS
from tests.local.chargebee.world import Vendor

THING = {"charges": [{"amount": 1500, "description": "Thing"}], "currency_code": "USD"}


def _charge(world: Vendor, customer_id: str, **params: Any) -> Any:
    asked = {"customer_id": customer_id, **THING}
    return world.sdk.Invoice.create_for_charge_items_and_charges(asked | params).invoice


def _carried(world: Vendor, event_type: str) -> list[set[str]]:
    return [set(event["content"]) for event in world.events() if event["event_type"] == event_type]


def test_every_event_is_one_of_the_sdks() -> None:
    assert set(CONTENTS) <= {event_type.value for event_type in EventType}


def test_events_of_an_invoice_carry_the_invoice_alone(world: Vendor) -> None:
    world.subscribe("sub_1")
    due = _charge(world, "sub_1-owner", auto_collection="off")
    world.sdk.Invoice.void_invoice(due.id)
    assert _carried(world, "invoice_generated") == [{"invoice"}] * 2
    assert _carried(world, "invoice_updated") == [{"invoice"}]


def test_a_payments_events_name_everybody_and_a_credit_notes_the_note_alone(world: Vendor) -> None:
    world.subscribe("sub_1")
    (paid,) = world.sdk.Invoice.list({}).list
    world.sdk.Invoice.refund(paid.invoice.id)
    payment = {"transaction", "invoice", "customer", "subscription", "card"}
    assert _carried(world, "payment_succeeded") == [payment]
    assert _carried(world, "credit_note_created") == [{"credit_note"}]
    assert _carried(world, "payment_refunded") == [payment | {"credit_note"}]


def test_a_failed_payment_stands_on_its_invoice_in_full_and_as_an_attempt_of_dunning(world: Vendor) -> None:
    world.customer("org_1", "declined")
    due = _charge(world, "org_1", auto_collection="off")
    with pytest.raises(PaymentError):
        world.sdk.Invoice.collect_payment(due.id)
    invoice = world.sdk.Invoice.retrieve(due.id).invoice
    (payment,), (attempt,) = invoice.linked_payments, invoice.dunning_attempts
    assert (payment.txn_status, payment.applied_amount) == ("failure", 1500)
    assert (attempt.attempt, attempt.transaction_id, attempt.txn_status) == (1, payment.txn_id, "failure")
    assert (invoice.amount_due, invoice.amount_to_collect, invoice.amount_paid) == (1500, 1500, 0)
    transaction = world.events()[-1]["content"]["transaction"]
    (link,) = transaction["linked_invoices"]
    assert (link["invoice_id"], link["invoice_status"], link["invoice_total"]) == (due.id, "payment_due", 1500)


def test_a_paid_invoice_has_nothing_to_collect_and_its_transaction_says_so(world: Vendor) -> None:
    world.customer("org_1", "ok")
    invoice = _charge(world, "org_1")
    assert (invoice.status, invoice.amount_to_collect, invoice.new_sales_amount) == ("paid", 0, 1500)
    transaction = world.events()[-1]["content"]["transaction"]
    assert (transaction["amount_unused"], transaction["linked_invoices"][0]["invoice_status"]) == (0, "paid")


def test_an_invoice_has_the_billing_address_that_its_customer_has(world: Vendor) -> None:
    address = {"line1": "1 Street", "country": "US"}
    world.sdk.Customer.create({"id": "org_1", "billing_address": address})
    invoice = _charge(world, "org_1", auto_collection="off")
    assert (invoice.billing_address.line1, invoice.billing_address.validation_status) == ("1 Street", "not_validated")


def test_a_flat_fee_has_the_quantity_one_and_a_metered_item_none(world: Vendor) -> None:
    world.customer("org_1", "ok")
    rows = [{"item_price_id": "growth", "quantity": 3}, {"item_price_id": "priority-support"}]
    asked = {"id": "sub_1", "subscription_items": [*rows, {"item_price_id": "api-calls"}]}
    items = world.sdk.Subscription.create_with_items("org_1", asked).subscription.subscription_items
    assert [(item.item_price_id, item.quantity, item.free_quantity) for item in items] == [
        ("growth", 3, 0),
        ("priority-support", 1, None),
        ("api-calls", None, None),
    ]
    lines = world.sdk.Invoice.list({}).list[0].invoice.line_items
    assert [(line.quantity, line.pricing_model) for line in lines] == [(3, "per_unit"), (1, "flat_fee")]


def test_a_subscription_shows_and_follows_its_customers_collection_until_it_has_its_own(world: Vendor) -> None:
    world.subscribe("sub_1")
    assert world.subscription().auto_collection == "on"
    world.sdk.Customer.update("sub_1-owner", {"auto_collection": "off"})
    assert world.subscription().auto_collection == "off"
    world.sdk.Subscription.update_for_items("sub_1", {"auto_collection": "off"})
    world.sdk.Customer.update("sub_1-owner", {"auto_collection": "on"})
    assert world.subscription().auto_collection == "off"


def test_a_customer_has_the_revenue_of_its_subscriptions(world: Vendor) -> None:
    world.subscribe("sub_1", seats=2)
    assert world.http.get("/api/v2/customers/sub_1-owner").json()["customer"]["mrr"] == 9800
    world.sdk.Subscription.cancel_for_items("sub_1", {"cancel_option": "immediately"})
    assert world.http.get("/api/v2/customers/sub_1-owner").json()["customer"]["mrr"] == 0


def test_the_card_beside_a_customer_has_a_type_where_that_of_a_payment_source_has_a_brand(world: Vendor) -> None:
    world.customer("org_1", "ok")
    card = world.http.get("/api/v2/customers/org_1").json()["card"]
    source = world.http.get("/api/v2/payment_sources").json()["list"][0]["payment_source"]
    assert (card["card_type"], card.get("brand"), source["card"]["brand"]) == ("visa", None, "visa")


def test_a_voided_invoice_takes_its_due_off_a_subscription_that_stays_as_it_was(world: Vendor) -> None:
    world.subscribe("sub_1")
    world.control("POST", "/customers/sub_1-owner/card", {"card": "declined"})
    world.advance(32 * 86_400)
    before = world.subscription()
    world.advance(60)
    world.sdk.Invoice.void_invoice(world.sdk.Invoice.list({"status": {"is": "payment_due"}}).list[0].invoice.id)
    after = world.subscription()
    assert (before.due_invoices_count, after.due_invoices_count, after.total_dues) == (1, 0, None)
    assert (after.updated_at, after.resource_version) == (before.updated_at, before.resource_version)


def test_stray_events_come_around_those_that_matter_where_they_are_switched_on(world: Vendor) -> None:
    world.control("PUT", "/stray_events", {"sent": True})
    world.subscribe("sub_1")
    assert world.event_types() == [
        "customer_created",
        "card_added",
        "payment_source_added",
        "customer_changed",
        "mrr_updated",
        "subscription_created",
        "subscription_entitlements_created",
        "invoice_generated",
        "transaction_created",
        "payment_succeeded",
        "transaction_updated",
        "invoice_updated",
    ]
    contents = {event["event_type"]: event["content"] for event in world.events()}
    assert set(contents["mrr_updated"]) == {"subscription"} and set(contents["transaction_created"]) == {"transaction"}
    assert contents["subscription_entitlements_created"]["subscription_entitlements_created_detail"] == {
        "subscription_id": "sub_1",
        "has_next": False,
    }
    world.control("POST", "/reset")
    world.customer("org_1", "ok")
    assert world.event_types() == ["customer_created", "payment_source_added"]


def test_a_week_ahead_a_reminder_says_once_what_will_happen_to_a_subscription(world: Vendor) -> None:
    world.control("PUT", "/stray_events", {"sent": True})
    world.subscribe("sub_1", trial_days=14)
    before = world.subscription()
    world.advance(8 * 86_400)
    world.advance(86_400)
    assert world.event_types().count("subscription_trial_end_reminder") == 1
    assert _carried(world, "subscription_trial_end_reminder") == [{"subscription", "customer", "card"}]
    assert world.subscription().resource_version == before.resource_version
    world.advance(30 * 86_400)
    assert world.event_types().count("subscription_renewal_reminder") == 1
    world.advance(7 * 86_400)
    world.sdk.Subscription.cancel_for_items("sub_1", {"cancel_option": "end_of_term"})
    world.advance(32 * 86_400)
    reminded, _, over = world.event_types()[-3:]
    assert (reminded, over) == ("subscription_cancellation_reminder", "subscription_cancelled")

"""Events that carry a document of money alone: whose they are, and whether somebody may owe something else now."""

from typing import Any

import pytest

from billing.chargebee.excerpt import MANY_SUBSCRIPTIONS, excerpt
from billing.chargebee.read_event import read_event
from billing.subscriptions.domain.billing_event import Dues
from tests.subscriptions.examples import ORG, customer_json, event_json, subscription_json

DOCUMENT = {"id": "7", "customer_id": ORG}
INVOICE = {**DOCUMENT, "subscription_id": "cb1", "status": "paid", "total": 500, "amount_paid": 500}


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("invoice_generated", "invoice"),
        ("pending_invoice_created", "invoice"),
        ("dunning_updated", "invoice"),
        ("credit_note_created", "credit_note"),
        ("transaction_updated", "transaction"),
        ("thing_that_does_not_exist_yet", "thing"),
    ],
)
def test_an_event_is_its_documents_customers(kind: str, name: str) -> None:
    contents: tuple[dict[str, Any], ...] = ({name: DOCUMENT}, {f"{name}s": [DOCUMENT, {"id": "8"}]})
    for content in contents:
        assert read_event(event_json(kind, **content)).customer_id == ORG


def test_a_subscription_and_a_customer_say_it_first_and_two_owners_are_none() -> None:
    foreign = {"id": "7", "customer_id": "cust_2"}
    assert read_event(event_json("x", subscription=subscription_json(), invoice=foreign)).customer_id == ORG
    assert read_event(event_json("x", customer=customer_json(), invoice=foreign)).customer_id == ORG
    assert read_event(event_json("x", invoice=DOCUMENT, transaction=foreign)).customer_id is None
    assert read_event(event_json("x", item_price={"id": "growth"})).customer_id is None


@pytest.mark.parametrize(
    ("content", "dues"),
    [
        ({"invoice": INVOICE}, Dues.SETTLED),
        ({"invoice": INVOICE | {"total": 0, "amount_paid": 0}}, Dues.SETTLED),
        ({"invoice": INVOICE | {"amount_paid": 0}}, Dues.CHANGED),
        ({"invoice": INVOICE | {"status": "payment_due", "amount_paid": 0}}, Dues.CHANGED),
        ({"invoice": INVOICE | {"status": "not_paid"}}, Dues.CHANGED),
        ({"invoice": INVOICE | {"status": "voided"}}, Dues.CHANGED),
        ({"invoice": INVOICE | {"deleted": True}}, Dues.CHANGED),
        ({"invoice": INVOICE | {"status": "pending"}}, Dues.UNTOUCHED),
        ({"invoice": INVOICE | {"status": "posted"}}, Dues.UNTOUCHED),
        ({"invoice": {**DOCUMENT, "status": "voided"}}, Dues.UNTOUCHED),
        ({"invoice": {**DOCUMENT, "status": "voided", "line_items": [{"subscription_id": "cb1"}]}}, Dues.CHANGED),
        ({"credit_note": {**DOCUMENT, "subscription_id": "cb1", "type": "adjustment"}}, Dues.CHANGED),
        ({"credit_note": {**DOCUMENT, "subscription_id": "cb1", "type": "refundable"}}, Dues.UNTOUCHED),
        ({"transaction": {**DOCUMENT, "subscription_id": "cb1", "status": "late_failure"}}, Dues.CHANGED),
        ({"transaction": {**DOCUMENT, "subscription_id": "cb1", "status": "success"}}, Dues.UNTOUCHED),
        ({"transaction": {**DOCUMENT, "status": "late_failure"}}, Dues.UNTOUCHED),
        ({"invoice": INVOICE | {"status": "voided"}, "subscription": subscription_json()}, Dues.UNTOUCHED),
    ],
    ids=str,
)
def test_what_an_event_says_of_the_dues_of_a_subscription_that_it_does_not_show(
    content: dict[str, Any], dues: Dues
) -> None:
    assert read_event(event_json("x", **content)).dues is dues


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        ({"subscription_entitlements_created_detail": {"subscription_id": "cb1", "has_next": False}}, ("cb1",)),
        ({"subscription_entitlements_updated_detail": {"subscription_id": "cb1", "has_next": True}}, ("cb1",)),
        ({"impacted_subscription": {"count": 3, "subscription_ids": ["cb1", "cb2", "cb1"]}}, ("cb1", "cb2")),
        ({"impacted_subscription": {"count": 0}, "feature": {"id": "calls"}}, ()),
        ({"impacted_subscription": {"subscription_ids": [None, 7, ""]}}, ()),
        ({"impacted_subscription": "x", "subscription_entitlements_created_detail": None}, ()),
        ({"subscription": subscription_json()}, ()),
    ],
)
def test_an_event_of_entitlements_names_the_subscriptions_to_be_read(content: Any, ids: tuple[str, ...]) -> None:
    event = event_json("x", **content)
    assert read_event(event).entitled == read_event(excerpt(event)).entitled == ids


def test_of_an_event_of_very_many_subscriptions_the_first_are_queued() -> None:
    listed = [f"cb{number}" for number in range(100_000)]
    event = event_json("item_entitlements_updated", impacted_subscription={"subscription_ids": listed})
    assert read_event(excerpt(event)).entitled == tuple(listed[:MANY_SUBSCRIPTIONS])


PAYMENT = {**DOCUMENT, "type": "payment", "status": "success", "amount": 9800, "amount_unused": 9800}


@pytest.mark.parametrize(
    ("transaction", "excess"),
    [
        (PAYMENT, 9800),
        (PAYMENT | {"amount_unused": 300}, 300),
        (PAYMENT | {"amount_unused": 0}, 0),
        (PAYMENT | {"status": "in_progress"}, 0),
        (PAYMENT | {"status": "failure"}, 0),
        (PAYMENT | {"type": "refund"}, 0),
        (PAYMENT | {"type": "authorization"}, 0),
        (PAYMENT | {"amount_unused": "9800"}, 0),
        (DOCUMENT, 0),
        ("x", 0),
        (None, 0),
    ],
)
def test_what_a_payment_brought_and_no_invoice_takes_is_excess(transaction: Any, excess: int) -> None:
    event = event_json("payment_succeeded", transaction=transaction, customer=customer_json())
    assert read_event(event).excess == read_event(excerpt(event)).excess == excess

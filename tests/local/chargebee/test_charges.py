"""Purchases outside a subscription: on a page, from a saved card, collected later, voided, given back."""

from typing import Any

import httpx
import pytest
from chargebee import InvalidRequestError, PaymentError

from tests.local.chargebee.world import Vendor

CHARGES = [{"amount": 1500, "description": "Migration"}]


def _charge(world: Vendor, headers: dict[str, str] | None = None, **params: Any) -> Any:
    asked: dict[str, Any] = {"customer_id": "org_1", "currency_code": "USD", "charges": CHARGES}
    return world.sdk.Invoice.create_for_charge_items_and_charges(asked | params, headers)


def _invoices(world: Vendor, **filters: Any) -> list[str]:
    return [entry.invoice.id for entry in world.sdk.Invoice.list(filters).list]


def test_a_one_time_checkout_shows_its_lines_and_is_invoiced(world: Vendor) -> None:
    world.sdk.Customer.create({"id": "org_1", "auto_collection": "off"})
    page = world.sdk.HostedPage.checkout_one_time_for_items(
        {
            "customer": {"id": "org_1"},
            "item_prices": [{"item_price_id": "onboarding"}],
            "charges": CHARGES,
            "currency_code": "USD",
            "redirect_url": "https://app.example/done",
            "pass_thru_content": "charge-1",
            "invoice": {"po_number": "PO-1"},
        }
    ).hosted_page
    shown = httpx.get(page.url).text
    assert "Onboarding" in shown and "Migration" in shown and "Pay USD 515.00" in shown
    world.pay(page.id)
    assert world.event_types()[-2:] == ["invoice_generated", "payment_succeeded"]
    content = world.events()[-1]["content"]
    assert {"invoice", "transaction", "customer"} <= content.keys()
    found = world.sdk.HostedPage.retrieve(page.id).hosted_page
    assert (found.state, found.pass_thru_content) == ("succeeded", "charge-1")
    assert found.content["invoice"] == content["invoice"]
    invoice = world.sdk.Invoice.retrieve(content["invoice"]["id"]).invoice
    assert (invoice.status, invoice.total, invoice.amount_paid, invoice.po_number) == ("paid", 51500, 51500, "PO-1")
    assert [(line.entity_type, line.amount) for line in invoice.line_items] == [
        ("charge_item_price", 50000),
        ("adhoc", 1500),
    ]


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"charges": []}, "item_prices[item_price_id][0]"),
        ({"charges": [{"amount": 0, "description": "x"}]}, "charges[amount][0]"),
        ({"charges": [{"amount": 5}]}, "charges[description][0]"),
        ({"item_prices": [{"item_price_id": "growth"}]}, "item_prices[item_price_id][0]"),
        ({"item_prices": [{"item_price_id": "onboarding"}], "currency_code": "EUR"}, "currency_code"),
        ({"customer_id": None}, "customer_id"),
        ({"customer_id": "nobody"}, "customer_id"),
        ({"payment_source_id": "pm_nobody"}, "payment_source_id"),
    ],
)
def test_a_charge_that_cannot_be_is_refused(world: Vendor, params: dict[str, Any], param: str) -> None:
    world.customer("org_1", "ok")
    with pytest.raises(InvalidRequestError) as refusal:
        _charge(world, **params)
    assert refusal.value.param == param


def test_a_saved_card_is_charged_while_its_holder_is_away(world: Vendor) -> None:
    world.customer("org_1", "declined")
    card = {"number": "4111111111111111", "expiry_month": 1, "expiry_year": 2040}
    saved = world.sdk.PaymentSource.create_card({"customer_id": "org_1", "card": card}).payment_source.id
    invoice = _charge(world, payment_source_id=saved, po_number="key-1", invoice_note="Thank you").invoice
    assert (invoice.status, invoice.total, invoice.po_number, invoice.recurring) == ("paid", 1500, "key-1", False)
    assert invoice.notes[0].note == "Thank you" and invoice.linked_payments[0].txn_amount == 1500
    assert world.event_types()[-2:] == ["invoice_generated", "payment_succeeded"]
    assert world.events()[-1]["content"]["transaction"]["payment_source_id"] == saved


@pytest.mark.parametrize(
    ("card", "code"), [(None, "payment_method_not_present"), ("declined", "payment_processing_failed")]
)
def test_a_charge_that_is_not_paid_may_leave_no_invoice(world: Vendor, card: str | None, code: str) -> None:
    world.control("PUT", "/assumptions", {"failed_charge": "leaves_nothing"})
    world.customer("org_1", card)
    before = world.event_types()
    with pytest.raises(PaymentError) as refusal:
        _charge(world)
    assert (refusal.value.http_status_code, refusal.value.type, refusal.value.api_error_code) == (400, "payment", code)
    assert _invoices(world) == [] and world.event_types() == before


def test_a_charge_that_is_declined_may_leave_its_invoice_due(world: Vendor) -> None:
    world.customer("org_1", "declined")
    with pytest.raises(PaymentError) as refusal:
        _charge(world, po_number="key-1")
    assert refusal.value.api_error_code == "payment_processing_failed"
    (entry,) = world.sdk.Invoice.list({"customer_id": {"is": "org_1"}}).list
    assert (entry.invoice.status, entry.invoice.amount_due, entry.invoice.po_number) == ("payment_due", 1500, "key-1")
    assert world.event_types()[-2:] == ["invoice_generated", "payment_failed"]


def test_a_charge_without_a_card_leaves_no_invoice_either_way(world: Vendor) -> None:
    world.customer("org_1")
    with pytest.raises(PaymentError):
        _charge(world)
    assert _invoices(world) == []


def test_the_same_key_charges_once(world: Vendor) -> None:
    world.customer("org_1", "ok")
    answers = [_charge(world, {"chargebee-idempotency-key": "charge-1"}) for _ in range(2)]
    assert answers[0].invoice.id == answers[1].invoice.id and answers[1].is_idempotency_replayed
    assert len(_invoices(world)) == 1


def test_a_fault_after_the_charge_leaves_the_charge(world: Vendor) -> None:
    world.customer("org_1", "ok")
    world.control("PUT", "/faults", {"api": [{"path": "/invoices/create", "timeout_after": 0.3, "count": 1}]})
    world.sdk.update_read_timeout_secs(0.05)
    with pytest.raises(httpx.ReadTimeout):
        _charge(world, po_number="key-1")
    world.sdk.update_read_timeout_secs(10)
    (entry,) = world.sdk.Invoice.list({"customer_id": {"is": "org_1"}}).list
    assert entry.invoice.po_number == "key-1"


def test_an_invoice_that_is_not_collected_by_itself_is_due_until_it_is_collected(world: Vendor) -> None:
    world.customer("org_1", "3ds")
    due = _charge(world, auto_collection="off").invoice
    assert (due.status, due.amount_due) == ("payment_due", 1500)
    with pytest.raises(PaymentError) as refusal:
        world.sdk.Invoice.collect_payment(due.id)
    assert refusal.value.error_code == "authentication_required"
    assert world.event_types()[-2:] == ["invoice_updated", "payment_failed"]
    assert world.sdk.Invoice.retrieve(due.id).invoice.linked_payments[0].txn_status == "failure"
    world.control("POST", "/customers/org_1/card", {"card": "ok"})
    partly = world.sdk.Invoice.collect_payment(due.id, {"amount": 1000})
    assert (partly.invoice.amount_due, partly.transaction.amount) == (500, 1000)
    paid = world.sdk.Invoice.collect_payment(due.id)
    assert (paid.invoice.status, paid.invoice.amount_paid, paid.transaction.amount) == ("paid", 1500, 500)
    assert world.event_types()[-1] == "payment_succeeded"
    with pytest.raises(InvalidRequestError) as again:
        world.sdk.Invoice.collect_payment(due.id)
    assert again.value.http_status_code == 409


def test_what_is_due_is_paid_on_the_collection_page_in_its_currency(world: Vendor) -> None:
    world.customer("org_1", "3ds")
    due = _charge(world, auto_collection="off").invoice
    for currency, status in (("EUR", "payment_due"), ("USD", "paid")):
        asked = {"customer": {"id": "org_1"}, "currency_code": currency}
        world.pay(world.sdk.HostedPage.collect_now(asked).hosted_page.id, "3ds")
        assert world.sdk.Invoice.retrieve(due.id).invoice.status == status


def test_invoices_are_filtered_and_paged(world: Vendor) -> None:
    world.customer("org_1", "ok")
    for _ in range(3):
        _charge(world)
    _charge(world, auto_collection="off")
    assert _invoices(world, customer_id={"is": "org_1"}, status={"is": "payment_due"}) == ["4"]
    assert _invoices(world, date={"after": world.now() + 5}) == []
    assert len(_invoices(world, updated_at={"before": world.now() + 5})) == 4
    first = world.sdk.Invoice.list({"limit": 3, "sort_by": {"asc": "date"}})
    rest = world.sdk.Invoice.list({"limit": 3, "sort_by": {"asc": "date"}, "offset": first.next_offset})
    assert [entry.invoice.id for entry in (*first.list, *rest.list)] == ["1", "2", "3", "4"]


def test_a_credit_note_by_hand_is_on_its_invoice_and_gives_no_more_than_was_paid(world: Vendor) -> None:
    world.customer("org_1", "ok")
    invoice_id = _charge(world).invoice.id
    asked = {"reference_invoice_id": invoice_id, "type": "refundable", "total": 1000}
    note = world.sdk.CreditNote.create(asked).credit_note
    assert (note.status, note.amount_available, note.customer_id) == ("refund_due", 1000, "org_1")
    [listed] = world.sdk.Invoice.retrieve(invoice_id).invoice.issued_credit_notes
    assert (listed.cn_id, listed.cn_total, listed.cn_status) == (note.id, 1000, "refund_due")
    assert world.event_types()[-2:] == ["credit_note_created", "invoice_updated"]
    with pytest.raises(InvalidRequestError):
        world.sdk.CreditNote.create(asked)


def test_a_payment_is_refunded_in_parts_and_never_twice(world: Vendor) -> None:
    world.customer("org_1", "ok")
    invoice_id = _charge(world).invoice.id
    asked = {"refund_amount": 500, "credit_note": {"reason_code": "service_unsatisfactory"}}
    answer = world.sdk.Invoice.refund(invoice_id, asked)
    assert (answer.transaction.type, answer.transaction.amount, answer.invoice.status) == ("refund", 500, "paid")
    note = world.sdk.CreditNote.retrieve(answer.credit_note.id).credit_note
    assert (note.total, note.status, note.reference_invoice_id) == (500, "refunded", invoice_id)
    assert world.event_types()[-3:] == ["credit_note_created", "invoice_updated", "payment_refunded"]
    with pytest.raises(InvalidRequestError) as too_much:
        world.sdk.Invoice.refund(invoice_id, {"refund_amount": 1001})
    assert too_much.value.param == "refund_amount"
    rest = world.control("POST", f"/invoices/{invoice_id}/refund")
    assert rest["transaction"]["amount"] == 1000
    assert world.events()[-1]["content"]["invoice"]["id"] == invoice_id
    with pytest.raises(InvalidRequestError) as nothing_left:
        world.sdk.Invoice.refund(invoice_id)
    assert nothing_left.value.http_status_code == 409
    assert len(world.sdk.CreditNote.list({"customer_id": {"is": "org_1"}}).list) == 2


def test_an_invoice_without_payments_can_be_voided(world: Vendor) -> None:
    world.customer("org_1", "ok")
    due, paid = _charge(world, auto_collection="off").invoice, _charge(world).invoice
    voided = world.sdk.Invoice.void_invoice(due.id, {"void_reason_code": "Mistake"}).invoice
    assert (voided.status, voided.amount_due, voided.void_reason_code) == ("voided", 0, "Mistake")
    assert world.event_types()[-1] == "invoice_updated"
    for invoice in (voided, paid):
        with pytest.raises(InvalidRequestError) as refusal:
            world.sdk.Invoice.void_invoice(invoice.id)
        assert refusal.value.http_status_code == 409

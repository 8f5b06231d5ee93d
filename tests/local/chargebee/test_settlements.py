"""Money that comes late, another way, or not at all, and money that goes back."""

from typing import Any

import pytest
from chargebee import InvalidRequestError

from tests.local.chargebee.world import DAY, Vendor


def _paid_charge(world: Vendor) -> Any:
    world.customer("org_1", "ok")
    asked = {"customer_id": "org_1", "charges": [{"amount": 1500, "description": "Top-up"}]}
    return world.sdk.Invoice.create_for_charge_items_and_charges(asked).invoice


def _offline(world: Vendor, days: int = 30) -> Any:
    """A customer who pays by invoice within so many days, and the first invoice of its subscription."""
    world.sdk.Customer.create({"id": "org_1", "auto_collection": "off", "net_term_days": days})
    items = [{"item_price_id": "growth", "quantity": 2}]
    made = world.sdk.Subscription.create_with_items("org_1", {"id": "sub_1", "subscription_items": items})
    assert made.subscription.status == "active"
    return made.invoice


def test_a_payment_that_fails_late_is_owed_again(world: Vendor) -> None:
    invoice = _paid_charge(world)
    world.control("POST", f"/invoices/{invoice.id}/late_failure")
    owed = world.sdk.Invoice.retrieve(invoice.id).invoice
    assert (owed.status, owed.amount_due, owed.amount_paid, owed.paid_at) == ("payment_due", 1500, 0, None)
    assert owed.linked_payments[0].txn_status == "late_failure"
    failed = world.events()[-1]
    assert (failed["event_type"], failed["content"]["transaction"]["status"]) == ("payment_failed", "late_failure")
    world.control("POST", "/customers/org_1/collect")
    assert world.sdk.Invoice.retrieve(invoice.id).invoice.status == "paid"
    assert world.event_types()[-1] == "payment_succeeded"


def test_a_late_failure_makes_its_subscription_owe(world: Vendor) -> None:
    world.subscribe("sub_1")
    before = world.subscription()
    invoice = world.sdk.Invoice.list({}).list[0].invoice
    world.control("POST", f"/invoices/{invoice.id}/late_failure")
    owing = world.subscription()
    assert (owing.due_invoices_count, owing.total_dues) == (1, 9800)
    assert owing.resource_version > before.resource_version
    assert world.http.post(f"/_sim/invoices/{invoice.id}/late_failure").status_code == 409


def test_a_chargeback_is_a_refund_and_a_credit_note(world: Vendor) -> None:
    invoice = _paid_charge(world)
    answer = world.control("POST", f"/invoices/{invoice.id}/chargeback")
    assert (answer["credit_note"]["reason_code"], answer["credit_note"]["total"]) == ("chargeback", 1500)
    assert (answer["transaction"]["type"], answer["transaction"]["payment_method"]) == ("refund", "chargeback")
    assert world.event_types()[-3:] == ["credit_note_created", "invoice_updated", "payment_refunded"]


def test_an_invoice_that_is_written_off_is_paid_by_a_credit_note(world: Vendor) -> None:
    invoice = _offline(world, days=0)
    assert world.subscription().due_invoices_count == 1
    answer = world.sdk.Invoice.write_off(invoice.id, {})
    assert (answer.invoice.status, answer.invoice.write_off_amount, answer.invoice.amount_due) == ("paid", 9800, 0)
    note = answer.credit_note
    assert (note.type, note.status, note.total, note.reason_code) == ("adjustment", "adjusted", 9800, "write_off")
    assert answer.invoice.adjustment_credit_notes[0].cn_id == note.id
    assert world.event_types()[-2:] == ["credit_note_created", "invoice_updated"]
    assert world.subscription().due_invoices_count == 0
    with pytest.raises(InvalidRequestError) as refusal:
        world.sdk.Invoice.write_off(invoice.id, {})
    assert refusal.value.api_error_code == "invalid_state_for_request"


def test_who_pays_by_invoice_owes_nothing_until_the_net_term_is_over(world: Vendor) -> None:
    invoice = _offline(world, days=30)
    assert (invoice.status, invoice.due_date - invoice.date) == ("posted", 30 * DAY)
    assert world.subscription().due_invoices_count == 0
    world.advance(30 * DAY + 1)
    due = world.sdk.Invoice.retrieve(invoice.id).invoice
    assert (due.status, due.due_date) == ("payment_due", invoice.due_date)
    owing = world.subscription()
    assert (owing.status, owing.due_invoices_count, owing.due_since) == ("active", 1, invoice.due_date)
    told = [e["content"]["invoice"]["status"] for e in world.events() if e["event_type"] == "invoice_updated"]
    assert told == ["payment_due"]


def test_a_subscription_has_a_net_term_of_its_own(world: Vendor) -> None:
    world.sdk.Customer.create({"id": "org_1", "auto_collection": "off", "net_term_days": 30})
    asked = {"subscription_items": [{"item_price_id": "growth"}], "net_term_days": 0}
    assert world.sdk.Subscription.create_with_items("org_1", asked).invoice.status == "payment_due"


def test_a_transfer_settles_an_invoice(world: Vendor) -> None:
    invoice = _offline(world)
    given = {"payment_method": "bank_transfer", "amount": 9000, "reference_number": "W-1"}
    part = world.sdk.Invoice.record_payment(invoice.id, {"transaction": given})
    assert (part.invoice.status, part.invoice.amount_due) == ("posted", 800)
    assert (part.transaction.payment_method, part.transaction.gateway) == ("bank_transfer", "not_applicable")
    rest = world.sdk.Invoice.record_payment(invoice.id, {"transaction": {"payment_method": "bank_transfer"}})
    assert (rest.invoice.status, rest.transaction.amount) == ("paid", 800)
    assert world.event_types()[-2:] == ["invoice_updated", "payment_succeeded"]


@pytest.mark.parametrize(("then", "status"), [("cancel", "cancelled"), ("keep", "active")])
def test_dunning_ends_with_the_debt_left(world: Vendor, then: str, status: str) -> None:
    world.subscribe("sub_1")
    world.control("POST", "/customers/sub_1-owner/card", {"card": "declined"})
    world.advance(32 * DAY)
    world.control("POST", "/subscriptions/sub_1/end_dunning", {"then": then})
    ended = world.subscription()
    assert (ended.status, ended.due_invoices_count, ended.total_dues) == (status, 1, 9800)
    assert ended.cancel_reason == ("not_paid" if then == "cancel" else None)
    (entry,) = world.sdk.Invoice.list({"status": {"is": "not_paid"}}).list
    assert (entry.invoice.amount_due, entry.invoice.dunning_status) == (9800, "exhausted")

"""Invoices that are settled without a card: written off, or paid another way. Amounts are minor units."""

from typing import Any

from local.chargebee import invoices, payments, refunds
from local.chargebee.call import Call, Operation
from local.chargebee.errors import invalid_state, missing, wrong_value
from local.chargebee.invoices import Charge
from local.chargebee.site import Site
from local.chargebee.store import Resource

_OPEN = (*payments.UNPAID, "posted")


def write_off(site: Site, call: Call) -> Resource:
    """https://apidocs.chargebee.com/docs/api/invoices/write-off-an-invoice: paid, by an adjustment credit note."""
    invoice = _open_invoice(site, call)
    amount = invoice["amount_due"]
    reasons = {"reason_code": "write_off", "create_reason_code": "Write Off"}
    allocation = {"invoice_id": invoice["id"], "allocated_amount": amount, "allocated_at": site.now()}
    allocation |= {"invoice_date": invoice["date"], "invoice_status": "paid"}
    adjusted = {"type": "adjustment", "status": "adjusted", "amount_allocated": amount, "allocations": [allocation]}
    credit_note = refunds.note_on(site, invoice, amount, reasons, adjusted)
    invoice["adjustment_credit_notes"].append(refunds.link_to(credit_note))
    invoice |= {"status": "paid", "paid_at": site.now(), "write_off_amount": amount}
    payments.set_due(invoice, 0)
    site.touch(invoice)
    payments.forgive_dues_of(site, invoice)
    site.record("credit_note_created", {"credit_note": credit_note}, call.source)
    invoices.announce(site, Charge(invoice, None), call.source, new=False)
    return {"invoice": invoice, "credit_note": credit_note}


def record_payment(site: Site, call: Call) -> Resource:
    """https://apidocs.chargebee.com/docs/api/invoices/record-payment-for-an-invoice"""
    invoice = _open_invoice(site, call)
    given: dict[str, Any] | None = call.params.get("transaction")
    if given is None:
        raise missing("transaction[payment_method]")
    amount = given.get("amount") or invoice["amount_due"]
    if not 1 <= amount <= invoice["amount_due"]:
        raise wrong_value("transaction[amount]", "must be at least 1 and no more than what is due")
    transaction = payments.record_offline(site, invoice, given | {"amount": amount})
    payments.refresh_dues_of(site, [invoice])
    invoices.announce(site, Charge(invoice, transaction), call.source, new=False)
    return {"invoice": invoice, "transaction": transaction}


def _open_invoice(site: Site, call: Call) -> Resource:
    invoice = invoices.find(site, call.id)
    if invoice["status"] not in _OPEN:
        raise invalid_state(f"Nothing is due on an invoice in the state {invoice['status']}")
    return invoice


OPERATIONS = (
    Operation("POST", "/invoices/{id}/write_off", "invoice.write_off", write_off),
    Operation(
        "POST",
        "/invoices/{id}/record_payment",
        "invoice.record_payment",
        record_payment,
        frozenset({"transaction[amount]", "transaction[payment_method]", "transaction[reference_number]", "comment"})
        | {"transaction[date]"},
    ),
)

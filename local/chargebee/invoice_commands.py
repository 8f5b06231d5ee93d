"""The API calls that make, collect and void an invoice."""

from typing import Any

from local.chargebee import cards, customers, invoices, metering, payment_sources, payments, purchases
from local.chargebee.call import Call, Operation
from local.chargebee.errors import ApiError, declined, invalid_state, missing, no_card, wrong_value
from local.chargebee.invoices import Charge, Terms
from local.chargebee.payability import refusal_of
from local.chargebee.site import Site
from local.chargebee.store import Resource


def create_for_charge_items_and_charges(site: Site, call: Call) -> Resource:
    """Charges while the customer is away. Whether a payment that fails leaves its invoice behind is not documented.

    https://apidocs.chargebee.com/docs/api/v2/pcv-1/invoices/create-an-invoice, of the older endpoint: with collection
    on, the invoice is generated upon the successful collection of the payment; with collection off, as payment due.
    """
    params = call.params
    if not params.get("customer_id"):
        raise missing("customer_id")
    customer = customers.find(site, params["customer_id"])
    purchase = purchases.read(site, params)
    card = _card(site, customer, params)
    refusal = refusal_of(site, customer, purchase.total, purchase.currency, params.get("auto_collection"), card=card)
    if refusal is not None and not _leaves_invoice(site, refusal):
        raise refusal
    terms = Terms(params.get("auto_collection"), card, _written(params))
    charge = invoices.issue(site, customer, purchase.currency, purchase.lines(site), terms=terms)
    invoices.announce(site, charge, call.source)
    if refusal is not None:
        raise refusal
    return {"invoice": charge.invoice}


def _leaves_invoice(site: Site, refusal: ApiError) -> bool:
    """Only where the card was tried: without one nothing is written either way."""
    tried = refusal.body["api_error_code"] == "payment_processing_failed"
    return tried and site.assumptions.failed_charge == "leaves_due_invoice"


def _card(site: Site, customer: Resource, params: dict[str, Any]) -> Resource | None:
    if not params.get("payment_source_id"):
        return None
    return payment_sources.find_owned(site, customer, params["payment_source_id"])


def _written(params: dict[str, Any]) -> Resource:
    order = {"po_number": params["po_number"]} if params.get("po_number") else {}
    note = {"notes": [{"note": params["invoice_note"], "object": "note"}]} if params.get("invoice_note") else {}
    return order | note


def collect_payment(site: Site, call: Call) -> Resource:
    """Unlike other refusals, a payment that fails here is on record: the invoice stays due."""
    invoice = invoices.find(site, call.id)
    if invoice["status"] not in payments.UNPAID:
        raise invalid_state(f"Cannot collect an invoice in the state {invoice['status']}")
    customer = customers.find(site, invoice["customer_id"])
    card = _card(site, customer, call.params) or cards.primary_of(site, customer)
    if card is None:
        raise no_card()
    amount = call.params.get("amount")
    if amount is not None and not 1 <= amount <= invoice["amount_due"]:
        raise wrong_value("amount", "must be at least 1 and no more than what is due")
    transaction = payments.attempt(site, invoice, card, amount)
    payments.refresh_dues_of(site, [invoice])
    invoices.announce(site, Charge(invoice, transaction), call.source, new=False)
    decline = cards.decline_of(site, card)
    if decline is not None:
        raise declined(transaction["amount"], invoice["currency_code"], decline)
    return {"invoice": invoice, "transaction": transaction}


def void_invoice(site: Site, call: Call) -> Resource:
    invoice = invoices.find(site, call.id)
    if invoice["status"] not in (*payments.UNPAID, "posted", "paid") or invoice["amount_paid"]:
        raise invalid_state("Only a finalized invoice without payments can be voided")
    invoice |= {"status": "voided", "voided_at": site.now()}
    payments.set_due(invoice, 0)
    if call.params.get("void_reason_code"):
        invoice["void_reason_code"] = call.params["void_reason_code"]
    site.touch(invoice)
    metering.release(site, invoice)
    payments.forgive_dues_of(site, invoice)
    invoices.announce(site, Charge(invoice, None), call.source, new=False)
    return {"invoice": invoice}


OPERATIONS = (
    Operation(
        "POST",
        "/invoices/create_for_charge_items_and_charges",
        "invoice.create_for_charge_items_and_charges",
        create_for_charge_items_and_charges,
        frozenset({"customer_id", "payment_source_id", "auto_collection", "po_number", "invoice_note"})
        | purchases.PARAMETERS,
    ),
    Operation(
        "POST",
        "/invoices/{id}/collect_payment",
        "invoice.collect_payment",
        collect_payment,
        lacks=frozenset({"authorization_transaction_id", "payment_initiator"}),
    ),
    Operation("POST", "/invoices/{id}/void", "invoice.void_invoice", void_invoice),
)

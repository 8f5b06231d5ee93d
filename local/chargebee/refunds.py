"""Refunds, and the credit notes that document them. Amounts are minor units of the invoice's currency.

https://apidocs.chargebee.com/docs/api/invoices/refund-an-invoice: one payment is refunded at a time, through the card
that made it; the invoice stays as it is and a refundable credit note is issued on it.
"""

from typing import Any

from local.chargebee import invoices
from local.chargebee.call import Call, Operation
from local.chargebee.errors import invalid_state, not_found, not_simulated, wrong_value
from local.chargebee.listing import Listing, list_resources
from local.chargebee.site import Site
from local.chargebee.store import Resource


def give_back(site: Site, invoice: Resource, amount: int | None, note: dict[str, Any], source: str) -> Resource:
    """Refund `amount`, or all that is left, of the invoice's first payment that is not fully refunded."""
    payment = next((p for p in _payments_of(site, invoice) if _refundable(p)), None)
    if payment is None:
        raise invalid_state("The invoice has no payment that can be refunded")
    amount = _refundable(payment) if amount is None else amount
    if not 1 <= amount <= _refundable(payment):
        raise wrong_value("refund_amount", "must be at least 1 and no more than what can be refunded")
    credit_note = _credit_note(site, invoice, amount, note)
    transaction = _refund(site, payment, credit_note)
    for resource in (payment, invoice):
        site.touch(resource)
    answer = {"invoice": invoice, "transaction": transaction, "credit_note": credit_note}
    around = answer | invoices.surroundings(site, invoice)
    _tell(site, around, source)
    site.record("payment_refunded", around, source)
    return answer


def _tell(site: Site, around: Resource, source: str) -> None:
    """Of a new credit note, and of its invoice, which names it.

    https://apidocs.chargebee.com/docs/api/events: an invoice is updated by "credit note creation", too.
    """
    for event_type in ("credit_note_created", "invoice_updated"):
        site.record(event_type, around, source)


def create(site: Site, call: Call) -> Resource:
    """By hand, for a paid invoice: credit for others to come, which nobody has been given as money."""
    params = call.params
    if params.get("type") != "refundable" or not params.get("total"):
        raise not_simulated("a credit note other than a refundable one of a total")
    invoice = invoices.find(site, params["reference_invoice_id"])
    given = sum(each["cn_total"] for each in invoice["issued_credit_notes"])
    if not 1 <= params["total"] <= invoice["amount_paid"] - given:
        raise wrong_value("total", "must be at least 1 and no more than what was paid and not given back")
    settled = {"type": "refundable", "status": "refund_due", "amount_available": params["total"]}
    credit_note = note_on(site, invoice, params["total"], params, settled)
    invoice["issued_credit_notes"].append(link_to(credit_note))
    site.touch(invoice)
    _tell(site, {"invoice": invoice, "credit_note": credit_note}, call.source)
    return {"credit_note": credit_note, "invoice": invoice}


def _payments_of(site: Site, invoice: Resource) -> list[Resource]:
    linked = [site.store.transactions[entry["txn_id"]] for entry in invoice["linked_payments"]]
    return [transaction for transaction in linked if transaction["status"] == "success"]


def _refundable(payment: Resource) -> int:
    return int(payment["amount"] - sum(entry["txn_amount"] for entry in payment["linked_refunds"]))


def _credit_note(site: Site, invoice: Resource, amount: int, note: dict[str, Any]) -> Resource:
    refunded = {"type": "refundable", "status": "refunded", "refunded_at": site.now(), "amount_refunded": amount}
    credit_note = note_on(site, invoice, amount, note, refunded)
    invoice["issued_credit_notes"].append(link_to(credit_note))
    return credit_note


def link_to(credit_note: Resource) -> Resource:
    """How the invoice points at it."""
    return {
        "cn_id": credit_note["id"],
        "cn_reason_code": credit_note["reason_code"],
        "cn_create_reason_code": credit_note["create_reason_code"],
        "cn_date": credit_note["date"],
        "cn_total": credit_note["total"],
        "cn_status": credit_note["status"],
    }


def note_on(site: Site, invoice: Resource, amount: int, note: dict[str, Any], settled: Resource) -> Resource:
    """A credit note on the invoice; `note` has the caller's reasons, `settled` its type, status and amounts."""
    credit_note: Resource = {
        "id": f"CN-{len(site.store.credit_notes) + 1}",
        "customer_id": invoice["customer_id"],
        **({"subscription_id": invoice["subscription_id"]} if "subscription_id" in invoice else {}),
        "reference_invoice_id": invoice["id"],
        "reason_code": note.get("reason_code") or "other",
        "create_reason_code": note.get("create_reason_code") or "Other",
        "date": site.now(),
        "generated_at": site.now(),
        "price_type": invoice["price_type"],
        "currency_code": invoice["currency_code"],
        "base_currency_code": invoice["base_currency_code"],
        "exchange_rate": invoice["exchange_rate"],
        "channel": invoice["channel"],
        "round_off_amount": 0,
        "fractional_correction": 0,
        "sub_total": amount,
        "total": amount,
        "amount_allocated": 0,
        "amount_refunded": 0,
        "amount_available": 0,
        "line_items": [],
        "line_item_discounts": [],
        "line_item_taxes": [],
        "taxes": [],
        "linked_refunds": [],
        "allocations": [],
        "deleted": False,
        "object": "credit_note",
        **settled,
    }
    site.touch(credit_note)
    site.store.credit_notes[credit_note["id"]] = credit_note
    return credit_note


_SAME_AS_PAYMENT = (
    "customer_id",
    "subscription_id",
    "payment_source_id",
    "payment_method",
    "gateway",
    "gateway_account_id",
    "currency_code",
    "base_currency_code",
    "exchange_rate",
    "masked_card_number",
    "deleted",
    "object",
)


def _refund(site: Site, payment: Resource, credit_note: Resource) -> Resource:
    """The transaction that gives the money back, linked to the payment and to the credit note."""
    amount, now = credit_note["total"], site.now()
    transaction: Resource = {name: payment[name] for name in _SAME_AS_PAYMENT if name in payment} | {
        "id": site.new_id("txn_"),
        "id_at_gateway": site.new_id("cb_"),
        "type": "refund",
        "status": "success",
        "date": now,
        "amount": amount,
        "amount_unused": 0,
        "refunded_txn_id": payment["id"],
        "linked_invoices": [],
        "linked_refunds": [],
        "linked_credit_notes": [
            {"cn_id": credit_note["id"], "applied_amount": amount, "applied_at": now, "cn_status": "refunded"}
        ],
    }
    if credit_note["reason_code"] == "chargeback":
        transaction["payment_method"] = "chargeback"
    site.touch(transaction)
    site.store.transactions[transaction["id"]] = transaction
    link = {"txn_id": transaction["id"], "txn_status": "success", "txn_date": now, "txn_amount": amount}
    payment["linked_refunds"].append(dict(link))
    credit_note["linked_refunds"].append(link | {"applied_amount": amount, "applied_at": now})
    return transaction


def refund(site: Site, call: Call) -> Resource:
    invoice = invoices.find(site, call.id)
    note = call.params.get("credit_note") or {}
    return give_back(site, invoice, call.params.get("refund_amount"), note, call.source)


def retrieve_credit_note(site: Site, call: Call) -> Resource:
    if call.id not in site.store.credit_notes:
        raise not_found("credit_note", call.id)
    return {"credit_note": site.store.credit_notes[call.id]}


def list_credit_notes(site: Site, call: Call) -> Resource:
    listing = Listing(entry=lambda note: {"credit_note": note}, sortable=frozenset({"date"}), created="date")
    return list_resources(site.store.credit_notes.values(), call.params, listing)


OPERATIONS = (
    Operation("POST", "/invoices/{id}/refund", "invoice.refund", refund),
    Operation(
        "POST",
        "/credit_notes",
        "credit_note.create",
        create,
        frozenset({"reference_invoice_id", "type", "total", "reason_code", "create_reason_code"}),
    ),
    Operation("GET", "/credit_notes", "credit_note.list", list_credit_notes, lacks=frozenset({"einvoice"})),
    Operation(
        "GET",
        "/credit_notes/{id}",
        "credit_note.retrieve",
        retrieve_credit_note,
        lacks=frozenset({"line_item", "line_items_limit", "line_items_offset"}),
    ),
)

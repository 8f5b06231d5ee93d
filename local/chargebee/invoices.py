"""Invoices and the payments that settle them. Amounts are minor units of the invoice's currency."""

from dataclasses import dataclass

from local.chargebee.call import Call, Operation
from local.chargebee.errors import not_found
from local.chargebee.listing import Listing, list_resources
from local.chargebee.payment_sources import behaviour_of, card_of
from local.chargebee.site import Site
from local.chargebee.store import Resource

UNPAID = ("payment_due", "not_paid")


@dataclass(frozen=True)
class Charge:
    """An invoice, and the attempt to collect it when there was one."""

    invoice: Resource
    transaction: Resource | None


def line(item: Resource, description: str, amount: int, start: int, end: int) -> Resource:
    return {
        "date_from": start,
        "date_to": end,
        "unit_amount": item.get("unit_price", amount),
        "quantity": item.get("quantity", 1),
        "amount": amount,
        "pricing_model": "per_unit" if "quantity" in item else "flat_fee",
        "is_taxed": False,
        "tax_amount": 0,
        "discount_amount": 0,
        "item_level_discount_amount": 0,
        "description": description,
        "entity_type": f"{item['item_type']}_item_price" if "item_type" in item else "adhoc",
        **({"entity_id": item["item_price_id"]} if "item_price_id" in item else {}),
        "object": "line_item",
    }


def issue(
    site: Site, customer: Resource, currency: str, lines: list[Resource], subscription: Resource | None = None
) -> Charge:
    """Write an invoice and collect it from the primary card, unless collection is off or there is no card."""
    total = sum(entry["amount"] for entry in lines)
    owner = {"subscription_id": subscription["id"]} if subscription else {}
    invoice: Resource = {
        "id": str(len(site.store.invoices) + 1),
        "customer_id": customer["id"],
        **owner,
        "recurring": subscription is not None,
        "status": "payment_due",
        "price_type": "tax_exclusive",
        "date": site.now(),
        "due_date": site.now(),
        "net_term_days": 0,
        "currency_code": currency,
        "sub_total": total,
        "tax": 0,
        "total": total,
        "amount_due": total,
        "amount_paid": 0,
        "amount_adjusted": 0,
        "write_off_amount": 0,
        "credits_applied": 0,
        "first_invoice": not any(i["customer_id"] == customer["id"] for i in site.store.invoices.values()),
        "has_advance_charges": False,
        "term_finalized": True,
        "is_gifted": False,
        "generated_at": site.now(),
        "deleted": False,
        "line_items": [entry | owner | {"id": site.new_id("li_"), "customer_id": customer["id"]} for entry in lines],
        "linked_payments": [],
        "object": "invoice",
    }
    site.touch(invoice)
    site.store.invoices[invoice["id"]] = invoice
    if total == 0:
        _settle(site, invoice)
        return Charge(invoice, None)
    if _collects(customer, subscription) and behaviour_of(site, customer) is not None:
        return Charge(invoice, attempt(site, invoice))
    return Charge(invoice, None)


def _collects(customer: Resource, subscription: Resource | None) -> bool:
    own = (subscription or {}).get("auto_collection")
    return bool((own or customer["auto_collection"]) == "on")


def attempt(site: Site, invoice: Resource) -> Resource:
    """Charge the customer's primary card, which there has to be, for what the invoice still lacks."""
    customer = site.store.customers[invoice["customer_id"]]
    paid = behaviour_of(site, customer) == "ok"
    transaction: Resource = {
        "id": site.new_id("txn_"),
        "customer_id": customer["id"],
        "payment_source_id": customer["primary_payment_source_id"],
        "payment_method": "card",
        "gateway": "chargebee",
        "gateway_account_id": "gw_simulated",
        "type": "payment",
        "date": site.now(),
        "amount": invoice["amount_due"],
        "currency_code": invoice["currency_code"],
        "status": "success" if paid else "failure",
        "deleted": False,
        "linked_invoices": [{"invoice_id": invoice["id"], "applied_amount": invoice["amount_due"]}],
        "object": "transaction",
    }
    if "subscription_id" in invoice:
        transaction["subscription_id"] = invoice["subscription_id"]
    if not paid:
        transaction |= {"error_code": "card_declined", "error_text": "Your card was declined."}
    site.touch(transaction)
    site.store.transactions[transaction["id"]] = transaction
    invoice["linked_payments"].append({"txn_id": transaction["id"], "txn_status": transaction["status"]})
    if paid:
        _settle(site, invoice)
    else:
        invoice["dunning_status"] = "in_progress"
        site.touch(invoice)
    return transaction


def _settle(site: Site, invoice: Resource) -> None:
    if invoice.get("dunning_status") == "in_progress":
        invoice["dunning_status"] = "success"
    invoice |= {"status": "paid", "amount_paid": invoice["total"], "amount_due": 0, "paid_at": site.now()}
    site.touch(invoice)


def record_dues(site: Site, subscription: Resource) -> None:
    """Carry the unpaid invoices over to the subscription, which stays in its state (dunning does not end it)."""
    unpaid = [
        invoice
        for invoice in site.store.invoices.values()
        if invoice.get("subscription_id") == subscription["id"] and invoice["status"] in UNPAID
    ]
    for name in ("due_since", "total_dues"):
        subscription.pop(name, None)
    subscription["due_invoices_count"] = len(unpaid)
    if unpaid:
        subscription["due_since"] = min(invoice["due_date"] for invoice in unpaid)
        subscription["total_dues"] = sum(invoice["amount_due"] for invoice in unpaid)


def announce(site: Site, charge: Charge, source: str, *, new: bool = True) -> None:
    """The invoice's and the payment's own events, after the one that caused them."""
    invoice, transaction = charge.invoice, charge.transaction
    customer = site.store.customers[invoice["customer_id"]]
    subscription = site.store.subscriptions.get(invoice.get("subscription_id", ""))
    around = {"invoice": invoice, "customer": customer, "subscription": subscription}
    site.record("invoice_generated" if new else "invoice_updated", around, source)
    if transaction is not None:
        outcome = "payment_succeeded" if transaction["status"] == "success" else "payment_failed"
        site.record(outcome, around | {"transaction": transaction, "card": card_of(site, customer)}, source)


def retrieve(site: Site, call: Call) -> Resource:
    invoice = site.store.invoices.get(call.id)
    if invoice is None or invoice["deleted"]:
        raise not_found("invoice", call.id)
    return {"invoice": invoice}


def list_all(site: Site, call: Call) -> Resource:
    listing = Listing(
        entry=lambda invoice: {"invoice": invoice}, sortable=frozenset({"date", "updated_at"}), created="date"
    )
    return list_resources(site.store.invoices.values(), call.params, listing)


OPERATIONS = (
    Operation("GET", "/invoices", "invoice.list", list_all, lacks=frozenset({"einvoice", "paid_on_after"})),
    Operation(
        "GET",
        "/invoices/{id}",
        "invoice.retrieve",
        retrieve,
        lacks=frozenset({"line_item", "line_items_limit", "line_items_offset"}),
    ),
)

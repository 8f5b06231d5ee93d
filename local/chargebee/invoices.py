"""Invoices: written, finalized, told of and read. Amounts are minor units of the invoice's currency."""

from dataclasses import dataclass, field

from local.chargebee import cards, discounts, payments, promotional_credits
from local.chargebee.call import Call, Operation
from local.chargebee.errors import not_found
from local.chargebee.listing import Listing, list_resources
from local.chargebee.site import Site
from local.chargebee.store import Resource


@dataclass(frozen=True)
class Charge:
    """An invoice, and the attempt to collect it when there was one."""

    invoice: Resource
    transaction: Resource | None


@dataclass(frozen=True)
class Terms:
    """How an invoice is collected: None is the subscription's or the customer's own setting, and the primary card.

    `written` stands on the invoice as it is given (`po_number`, `notes`).
    """

    auto_collection: str | None = None
    payment_source: Resource | None = None
    written: Resource = field(default_factory=dict)


_OWN_TERMS = Terms()
_DAY = 86_400


def issue(
    site: Site,
    customer: Resource,
    currency: str,
    lines: list[Resource],
    subscription: Resource | None = None,
    *,
    terms: Terms = _OWN_TERMS,
) -> Charge:
    """Write an invoice and collect it, unless collection is off or there is no card."""
    invoice = draft(site, customer, currency, lines, subscription) | terms.written
    site.store.invoices[str(_next_number(site))] = invoice
    return finalize(site, invoice, terms)


def draft(
    site: Site, customer: Resource, currency: str, lines: list[Resource], subscription: Resource | None
) -> Resource:
    """An invoice that is not final yet and in no table."""
    owner = {"subscription_id": subscription["id"]} if subscription else {}
    invoice: Resource = {
        "customer_id": customer["id"],
        **owner,
        "recurring": subscription is not None,
        "status": "pending",
        "price_type": "tax_exclusive",
        "date": site.now(),
        "net_term_days": 0,
        "currency_code": currency,
        "base_currency_code": currency,
        "exchange_rate": 1.0,
        "channel": "web",
        "tax": 0,
        "amount_paid": 0,
        "amount_adjusted": 0,
        "write_off_amount": 0,
        "credits_applied": 0,
        "round_off_amount": 0,
        "first_invoice": not any(i["customer_id"] == customer["id"] for i in site.store.invoices.values()),
        "has_advance_charges": False,
        "term_finalized": True,
        "is_gifted": False,
        "deleted": False,
        "linked_payments": [],
        "dunning_attempts": [],
        "applied_credits": [],
        "adjustment_credit_notes": [],
        "issued_credit_notes": [],
        "linked_orders": [],
        **({"billing_address": customer["billing_address"]} if "billing_address" in customer else {}),
        "object": "invoice",
    }
    set_lines(site, invoice, lines)
    return invoice


def set_lines(site: Site, invoice: Resource, lines: list[Resource]) -> None:
    """The invoice's lines and what they come to, less the coupons; a line that was there before keeps its id. The
    `tiers` of a line stand beside it."""
    owner = {name: invoice[name] for name in ("subscription_id", "customer_id") if name in invoice}
    listed: list[Resource] = [{"id": site.new_id("li_")} | entry | owner for entry in lines]
    used = [tier | {"line_item_id": each["id"]} for each in listed for tier in _tiers_of(each)]
    invoice |= {"line_items": listed, "line_item_tiers": used}
    subscription = site.store.subscriptions.get(invoice.get("subscription_id", ""), {})
    found = discounts.discounts(site, subscription.get("coupons", []), listed)
    invoice |= discounts.written(found, listed)
    total = sum(entry["amount"] for entry in lines) - sum(each.amount for each in found)
    invoice |= {"sub_total": discounts.sub_total(found, listed), "total": total, "new_sales_amount": total}
    payments.set_due(invoice, total)
    site.touch(invoice)


def _tiers_of(entry: Resource) -> list[Resource]:
    tiers: list[Resource] = entry.pop("tiers", [])
    return tiers


def _next_number(site: Site) -> int:
    return 1 + sum(1 for invoice in site.store.invoices.values() if invoice["status"] != "pending")


def finalize(site: Site, invoice: Resource, terms: Terms = _OWN_TERMS) -> Charge:
    """Give the invoice its number, take the customer's credits off it and collect the rest."""
    customer = site.store.customers[invoice["customer_id"]]
    subscription = site.store.subscriptions.get(invoice.get("subscription_id", ""))
    if subscription is not None:
        discounts.count(site, subscription, {each["entity_id"] for each in invoice["discounts"]})
    number, now = str(_next_number(site)), site.now()
    days = _net_term_of(customer, subscription or {})
    invoice |= {"id": number, "status": "payment_due", "date": now, "generated_at": now}
    invoice |= {"net_term_days": days, "due_date": now + days * _DAY}
    _apply_credits(site, customer, invoice)
    if invoice["amount_due"] == 0:
        payments.settle(site, invoice, 0)
        return Charge(invoice, None)
    card = terms.payment_source or cards.primary_of(site, customer)
    collection = terms.auto_collection or (subscription or customer)["auto_collection"]
    if card is not None and collection == "on":
        return Charge(invoice, payments.attempt(site, invoice, card))
    if days:
        invoice["status"] = "posted"
    return Charge(invoice, None)


def _net_term_of(customer: Resource, subscription: Resource) -> int:
    return int((subscription if "net_term_days" in subscription else customer)["net_term_days"])


def fall_due(site: Site, invoice: Resource, source: str) -> None:
    """The net term of a posted invoice is over: what it lacks is due now."""
    invoice["status"] = "payment_due"
    site.touch(invoice)
    payments.refresh_dues_of(site, [invoice])
    announce(site, Charge(invoice, None), source, new=False)


def _apply_credits(site: Site, customer: Resource, invoice: Resource) -> None:
    credit = promotional_credits.applicable(customer, invoice["total"], invoice["currency_code"])
    if credit:
        invoice["total"] -= credit
        payments.set_due(invoice, invoice["amount_due"] - credit)
        invoice["discounts"] = [
            *invoice["discounts"],
            {
                "amount": credit,
                "description": "Promotional credits",
                "entity_type": "promotional_credits",
                "discount_type": "fixed_amount",
                "object": "discount",
            },
        ]
        applied = {"description": f"Applied to invoice {invoice['id']}"}
        promotional_credits.change(site, customer, "decrement", credit, applied)
    site.touch(invoice)


def announce(site: Site, charge: Charge, source: str, *, new: bool = True) -> None:
    """The invoice's and the payment's own events, after the one that caused them."""
    invoice, transaction = charge.invoice, charge.transaction
    around = surroundings(site, invoice) | {"invoice": invoice, "transaction": transaction}
    site.record(_event_of(invoice, new=new), around, source)
    if transaction is not None:
        outcome = "payment_succeeded" if transaction["status"] == "success" else "payment_failed"
        site.record(outcome, around, source)


def surroundings(site: Site, invoice: Resource) -> Resource:
    """Whose invoice it is, as the events of its payments tell."""
    customer = site.store.customers[invoice["customer_id"]]
    subscription = site.store.subscriptions.get(invoice.get("subscription_id", ""))
    return {"customer": customer, "subscription": subscription, "card": cards.card_of(site, customer)}


def _event_of(invoice: Resource, *, new: bool) -> str:
    if invoice["status"] == "pending":
        return "pending_invoice_created" if new else "pending_invoice_updated"
    return "invoice_generated" if new else "invoice_updated"


def find(site: Site, invoice_id: str) -> Resource:
    """By the id that it has now: an invoice gets its number, and loses its draft's id, when it is closed."""
    for invoice in site.store.invoices.values():
        if invoice["id"] == invoice_id and not invoice["deleted"]:
            return invoice
    raise not_found("invoice", invoice_id)


def retrieve(site: Site, call: Call) -> Resource:
    return {"invoice": find(site, call.id)}


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

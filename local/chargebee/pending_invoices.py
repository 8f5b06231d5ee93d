"""Pending invoices: what a term's end bills where usage is metered. They take in late usage until they are closed.

A pending invoice has a draft's id; closing it gives it the next number. Nobody has to close it: after the site's
waiting time it closes by itself, and one that bills nothing is deleted instead.
https://apidocs.chargebee.com/docs/api/invoices/close-a-pending-invoice
https://www.chargebee.com/docs/billing/2.0/kb/ubb/configuring-metered-billing-pc-20
"""

from typing import Any

from local.chargebee import invoices, metering, payments
from local.chargebee.call import Call, Operation
from local.chargebee.errors import invalid_state
from local.chargebee.invoices import Charge
from local.chargebee.site import Site
from local.chargebee.store import Gathering, Resource, Span


def open_for(site: Site, subscription: Resource, lines: list[Resource], ended: Span) -> Charge:
    """`lines` are what is billed in advance beside the usage of the time that has ended."""
    customer = site.store.customers[subscription["customer_id"]]
    invoice = invoices.draft(site, customer, subscription["currency_code"], lines, subscription)
    invoice["id"] = site.new_id("draft_inv_")
    site.store.invoices[invoice["id"]] = invoice
    closes_at = site.now() + site.auto_close_after
    site.store.gathering[invoice["id"]] = Gathering(subscription["id"], ended, closes_at)
    _gather(site, invoice)
    return Charge(invoice, None)


def _gather(site: Site, invoice: Resource) -> None:
    """Bill the usage as it is now; a line that was there before keeps its id, and the usage points at its line."""
    gathering = site.store.gathering[invoice["id"]]
    subscription = site.store.subscriptions[gathering.subscription_id]
    known = {entry["entity_id"]: entry["id"] for entry in invoice["line_items"] if entry["metered"]}
    in_advance = [entry for entry in invoice["line_items"] if not entry["metered"]]
    used = [
        {"id": known.get(entry["entity_id"], site.new_id("li_"))} | entry
        for entry in metering.lines_of_usage(site, subscription, gathering.span)
    ]
    invoices.set_lines(site, invoice, [*in_advance, *used])
    ids = {entry["entity_id"]: entry["id"] for entry in used}
    for usage in metering.usages_in(site, subscription, gathering.span):
        usage |= {"invoice_id": invoice["id"], "line_item_id": ids[usage["item_price_id"]]}


def follow(site: Site, usage: Resource, source: str) -> None:
    """The usage is new, changed or gone: the pending invoice that gathers its date follows, if there is one."""
    for invoice_id, gathering in site.store.gathering.items():
        in_span = gathering.span.start <= usage["usage_date"] < gathering.span.end
        if gathering.subscription_id == usage["subscription_id"] and in_span:
            invoice = site.store.invoices[invoice_id]
            _gather(site, invoice)
            invoices.announce(site, Charge(invoice, None), source, new=False)


def _finalize(site: Site, invoice: Resource, source: str) -> None:
    gathering = site.store.gathering.pop(invoice["id"])
    charge = invoices.finalize(site, invoice)
    subscription = site.store.subscriptions[gathering.subscription_id]
    for usage in metering.usages_in(site, subscription, gathering.span):
        usage["invoice_id"] = invoice["id"]
    payments.refresh_dues_of(site, [invoice])
    invoices.announce(site, charge, source)


def lapse(site: Site, invoice: Resource, source: str) -> None:
    """The waiting time is over."""
    if invoice["line_items"]:
        _finalize(site, invoice, source)
        return
    del site.store.gathering[invoice["id"]]
    invoice["deleted"] = True
    site.touch(invoice)
    site.record("invoice_deleted", {"invoice": invoice}, source)


def close(site: Site, call: Call) -> Resource:
    invoice = invoices.find(site, call.id)
    if invoice["status"] != "pending":
        raise invalid_state(f"Cannot close an invoice in the state {invoice['status']}")
    if not invoice["line_items"]:
        raise invalid_state("An invoice without line items cannot be closed")
    invoice |= _noted(call.params)
    _finalize(site, invoice, call.source)
    return {"invoice": invoice}


def _noted(params: dict[str, Any]) -> Resource:
    note = params.get("invoice_note")
    return {"notes": [{"note": note, "object": "note"}]} if note else {}


OPERATIONS = (
    Operation("POST", "/invoices/{id}/close", "invoice.close", close, models=frozenset({"comment", "invoice_note"})),
)

"""Unpaid invoices, and collecting them again. Nothing retries by itself: dunning here is by hand."""

from local.chargebee import cards, invoices, payments
from local.chargebee.invoices import Charge
from local.chargebee.site import Site
from local.chargebee.store import Resource


def unpaid_of(site: Site, customer: Resource, currency: str | None = None) -> list[Resource]:
    """In every currency, or in the one given."""
    return [
        invoice
        for invoice in site.store.invoices.values()
        if invoice["customer_id"] == customer["id"] and invoice["status"] in payments.UNPAID
        if currency in (None, invoice["currency_code"])
    ]


def collect(site: Site, customer: Resource, source: str, currency: str | None = None) -> list[Charge]:
    """Try the primary card, if any, on every unpaid invoice; what it pays leaves the subscription's dues."""
    card = cards.primary_of(site, customer)
    if card is None:
        return []
    owed = unpaid_of(site, customer, currency)
    charges = [Charge(invoice, payments.attempt(site, invoice, card)) for invoice in owed]
    payments.refresh_dues_of(site, owed)
    for charge in charges:
        invoices.announce(site, charge, source, new=False)
    return charges

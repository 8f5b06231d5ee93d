"""Unpaid invoices, and collecting them again. Nothing retries by itself: dunning here is by hand."""

from local.chargebee import invoices, lifecycle
from local.chargebee.invoices import Charge
from local.chargebee.payment_sources import behaviour_of
from local.chargebee.site import Site
from local.chargebee.store import Resource


def unpaid_of(site: Site, customer: Resource) -> list[Resource]:
    return [
        invoice
        for invoice in site.store.invoices.values()
        if invoice["customer_id"] == customer["id"] and invoice["status"] in invoices.UNPAID
    ]


def collect(site: Site, customer: Resource, source: str) -> list[Charge]:
    """Try the primary card, if any, on every unpaid invoice; what it pays leaves the subscription's dues."""
    if behaviour_of(site, customer) is None:
        return []
    charges = [Charge(invoice, invoices.attempt(site, invoice)) for invoice in unpaid_of(site, customer)]
    touched = {c.invoice["subscription_id"] for c in charges if "subscription_id" in c.invoice}
    for subscription_id in sorted(touched):
        lifecycle.refresh_dues(site, site.store.subscriptions[subscription_id])
    for charge in charges:
        invoices.announce(site, charge, source, new=False)
    return charges

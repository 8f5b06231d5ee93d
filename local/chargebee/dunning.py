"""The end of dunning: no attempt is left, and what is owed stays owed."""

from typing import Literal

from local.chargebee import invoices, lifecycle, payments
from local.chargebee.invoices import Charge
from local.chargebee.site import Site
from local.chargebee.store import Resource

Then = Literal["cancel", "keep"]


def exhaust(site: Site, subscription: Resource, then: Then) -> None:
    """Every unpaid invoice ends as `not_paid`; the subscription ends with it or goes on, as the site is set up.

    https://www.chargebee.com/docs/2.0/dunning-v2.html
    """
    owed = [
        invoice
        for invoice in site.store.invoices.values()
        if invoice.get("subscription_id") == subscription["id"] and invoice["status"] in payments.UNPAID
    ]
    for invoice in owed:
        invoice |= {"status": "not_paid", "dunning_status": "exhausted"}
        site.touch(invoice)
        invoices.announce(site, Charge(invoice, None), lifecycle.SCHEDULER, new=False)
    payments.refresh_dues_of(site, owed)
    if then == "cancel" and subscription["status"] != "cancelled":
        lifecycle.cancel(site, subscription, lifecycle.SCHEDULER, cancel_reason="not_paid")

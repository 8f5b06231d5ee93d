"""An invoice that there is not yet. Amounts are minor units, moments UTC seconds."""

from local.chargebee import discounts, metering
from local.chargebee.billing_periods import term_end
from local.chargebee.invoice_lines import lines_of
from local.chargebee.items import PricedItems
from local.chargebee.promotional_credits import applicable
from local.chargebee.site import Site
from local.chargebee.store import Resource


def of_term(site: Site, priced: PricedItems, begins: int) -> list[Resource]:
    """In advance for the term that begins then; usage that is not over yet is in no estimate."""
    return lines_of(site, metering.in_advance(site, priced.recurring), begins, ends_at(site, priced, begins))


def ends_at(site: Site, priced: PricedItems, begins: int) -> int:
    """When the term that begins then ends."""
    return term_end(begins, begins, priced.plan["period"], priced.plan["period_unit"], site.settings.zone)


def invoice_of(
    site: Site, owner: Resource, customer: Resource | None, lines: list[Resource], redeemed: list[Resource]
) -> Resource:
    """`owner` names the subscription with its currency. A customer that is not there yet has an id, and no credits."""
    customer_id = site.new_id("cbdemo_") if customer is None else customer["id"]
    listed: list[Resource] = [
        {"id": site.new_id("li_"), **each, "subscription_id": owner["subscription_id"], "customer_id": customer_id}
        for each in lines
    ]
    found = discounts.discounts(site, redeemed, listed)
    total: int = sum(each["amount"] for each in listed) - sum(each.amount for each in found)
    credit = 0 if customer is None else applicable(customer, total, owner["currency_code"])
    return {
        "recurring": True,
        "price_type": "tax_exclusive",
        "currency_code": owner["currency_code"],
        "customer_id": customer_id,
        "sub_total": discounts.sub_total(found, listed),
        "total": total,
        "credits_applied": credit,
        "amount_paid": 0,
        "amount_due": total - credit,
        "line_items": listed,
        "taxes": [],
        **discounts.written(found, listed),
        "line_item_taxes": [],
        "round_off_amount": 0,
        "object": "invoice_estimate",
    }

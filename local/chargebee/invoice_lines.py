"""The lines of an invoice. Amounts are minor units of the invoice's currency, dates are UTC seconds."""

from local.chargebee.site import Site
from local.chargebee.store import Resource


def line(item: Resource, description: str, amount: int, start: int, end: int) -> Resource:
    """For a priced item; an empty one makes an ad hoc charge."""
    return {
        "date_from": start,
        "date_to": end,
        "unit_amount": item.get("unit_price", amount),
        **_quantity(item),
        "amount": amount,
        "pricing_model": "flat_fee",
        "is_taxed": False,
        "tax_amount": 0,
        "tax_exempt_reason": "tax_not_configured",
        "discount_amount": 0,
        "item_level_discount_amount": 0,
        "metered": False,
        "description": description,
        "entity_type": f"{item['item_type']}_item_price" if "item_type" in item else "adhoc",
        **({"entity_id": item["item_price_id"]} if "item_price_id" in item else {}),
        "object": "line_item",
    }


def _quantity(item: Resource) -> Resource:
    """The whole number is 1 where there is none: only the decimal one says how much it was."""
    whole = {"quantity": item.get("quantity", 1)}
    if "quantity_in_decimal" not in item:
        return whole
    return whole | {
        "quantity_in_decimal": item["quantity_in_decimal"],
        "unit_amount_in_decimal": item["unit_price_in_decimal"],
        "amount_in_decimal": item["amount_in_decimal"],
    }


def lines_of(site: Site, items: list[Resource], start: int, end: int) -> list[Resource]:
    """One line an item, in advance for the period given."""
    prices = site.catalog.item_prices
    priced = [(item, prices[item["item_price_id"]]) for item in items]
    return [
        line(item, price["name"], item["amount"], start, end) | {"pricing_model": price["pricing_model"]}
        for item, price in priced
    ]

"""Metered items: billed by use when a term has ended, while everything else is billed in advance.

https://apidocs.chargebee.com/docs/api/usages: usage counts by its own date, and only where that lies in a time in which
the subscription was active. Moments are UTC seconds, amounts minor units.
"""

from collections.abc import Callable
from decimal import Decimal

from local.chargebee.decimals import minor_units
from local.chargebee.invoice_lines import line
from local.chargebee.site import Site
from local.chargebee.store import Resource, Span
from local.chargebee.tiers import is_tiered, major_units, rows, used_tiers

_CALCULATIONS: dict[str, Callable[[list[Resource]], int]] = {
    "sum_of_usages": lambda usages: sum(int(usage["quantity"]) for usage in usages),
    "max_usage": lambda usages: max(int(usage["quantity"]) for usage in usages),
    "last_usage": lambda usages: int(max(usages, key=lambda usage: usage["usage_date"])["quantity"]),
}


def item_of(site: Site, item_price_id: str) -> Resource:
    return site.catalog.items[site.catalog.item_prices[item_price_id]["item_id"]]


def is_metered(site: Site, item_price_id: str) -> bool:
    return bool(item_of(site, item_price_id)["metered"])


def has_metered_items(site: Site, subscription: Resource) -> bool:
    return any(is_metered(site, item["item_price_id"]) for item in subscription["subscription_items"])


def in_advance(site: Site, items: list[Resource]) -> list[Resource]:
    return [item for item in items if not is_metered(site, item["item_price_id"])]


def begin(site: Site, subscription: Resource, start: int) -> None:
    """Usage counts from here."""
    site.store.metered_from[subscription["id"]] = start


def end(site: Site, subscription: Resource, moment: int) -> Span | None:
    """The time whose usage is to be billed now; None where there is nothing metered in it."""
    start = site.store.metered_from.pop(subscription["id"], moment)
    span = Span(start, moment)
    if start >= moment:
        return None
    return span if has_metered_items(site, subscription) or usages_in(site, subscription, span) else None


def usages_in(site: Site, subscription: Resource, span: Span) -> list[Resource]:
    return [
        usage
        for usage in site.store.usages.values()
        if usage["subscription_id"] == subscription["id"] and not usage.get("deleted")
        if span.start <= usage["usage_date"] < span.end
    ]


def release(site: Site, invoice: Resource) -> None:
    """The invoice bills nothing any more: the usage that it billed points at no invoice."""
    for usage in site.store.usages.values():
        if usage.get("invoice_id") == invoice["id"]:
            del usage["invoice_id"], usage["line_item_id"]
            site.touch(usage)


def lines_of_usage(site: Site, subscription: Resource, span: Span) -> list[Resource]:
    """One line for each item price that was used; its quantity is all of the use, its amount what is not free of it."""
    by_price: dict[str, list[Resource]] = {}
    for usage in usages_in(site, subscription, span):
        by_price.setdefault(usage["item_price_id"], []).append(usage)
    return [_line(site, subscription, price_id, usages, span) for price_id, usages in by_price.items()]


def _line(site: Site, subscription: Resource, price_id: str, usages: list[Resource], span: Span) -> Resource:
    price = site.catalog.item_prices[price_id]
    quantity = _CALCULATIONS[item_of(site, price_id)["usage_calculation"]](usages)
    if is_tiered(price):
        return _tiered_line(price, quantity, span)
    held = [item for item in subscription["subscription_items"] if item["item_price_id"] == price_id]
    agreed = held[0] if held else {}
    unit_price = agreed.get("unit_price", price["price"])
    item = {
        "item_price_id": price_id,
        "item_type": price["item_type"],
        "unit_price": unit_price,
        "quantity": quantity,
    }
    billed = max(0, quantity - price["free_quantity"])
    amount = unit_price * billed
    if "unit_price_in_decimal" in agreed:
        amount = minor_units(Decimal(agreed["unit_price_in_decimal"]) * billed)
    metered = {"metered": True, "pricing_model": price["pricing_model"]}
    return line(item, price["name"], amount, span.start, span.end) | metered


def _tiered_line(price: Resource, quantity: int, span: Span) -> Resource:
    """Its unit amount is an average, and the invoice shows the tiers beside its lines."""
    used = used_tiers(price, Decimal(max(0, quantity - price["free_quantity"])))
    amount = minor_units(major_units(used))
    item = {
        "item_price_id": price["id"],
        "item_type": price["item_type"],
        "unit_price": amount // quantity if quantity else 0,
        "quantity": quantity,
    }
    metered = {"metered": True, "pricing_model": price["pricing_model"], "tiers": rows(used)}
    return line(item, price["name"], amount, span.start, span.end) | metered

"""Metered items: billed by use when a term has ended, while everything else is billed in advance.

https://apidocs.chargebee.com/docs/api/usages: usage counts by its own date, and only where that lies in a time in which
the subscription was active. Moments are UTC seconds, amounts minor units.
"""

from collections.abc import Callable
from decimal import Decimal

from local.chargebee.decimals import MINOR, minor_units
from local.chargebee.invoice_lines import line
from local.chargebee.site import Site
from local.chargebee.store import Resource, Span
from local.chargebee.tiers import agreed_tiers, free_units, is_tiered, major_units, rows, used_tiers

_CALCULATIONS: dict[str, Callable[[list[Resource]], Decimal]] = {
    "sum_of_usages": lambda usages: sum((Decimal(usage["quantity"]) for usage in usages), Decimal(0)),
    "max_usage": lambda usages: max(Decimal(usage["quantity"]) for usage in usages),
    "last_usage": lambda usages: Decimal(max(usages, key=lambda usage: usage["usage_date"])["quantity"]),
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
    billed = max(Decimal(0), quantity - free_units(price))
    if is_tiered(price):
        used = used_tiers(price | {"tiers": agreed_tiers(subscription, price_id) or price["tiers"]}, billed)
        cost, tiers = major_units(used), {"tiers": rows(used)}
        unit_price = cost / quantity if quantity else Decimal(0)  # an average; the invoice shows the tiers
    else:
        unit_price, tiers = _unit_price(subscription, price), {}
        cost = unit_price * billed
    item: Resource = {
        "item_price_id": price_id,
        "item_type": price["item_type"],
        "unit_price": minor_units(unit_price),
        "quantity": int(quantity),
    }
    if site.settings.multi_decimal == "on":
        item |= {
            "quantity_in_decimal": f"{quantity:f}",
            "unit_price_in_decimal": f"{unit_price:f}",
            "amount_in_decimal": f"{cost:f}",
        }
    metered = {"metered": True, "pricing_model": price["pricing_model"], **tiers}
    return line(item, price["name"], minor_units(cost), span.start, span.end) | metered


def _unit_price(subscription: Resource, price: Resource) -> Decimal:
    """In major units: the one agreed with the subscription, else the item price's."""
    held = [item for item in subscription["subscription_items"] if item["item_price_id"] == price["id"]]
    agreed = held[0] if held else {}
    if "unit_price_in_decimal" in agreed:
        return Decimal(agreed["unit_price_in_decimal"])
    return Decimal(agreed["unit_price"] if "unit_price" in agreed else price["price"]) / MINOR

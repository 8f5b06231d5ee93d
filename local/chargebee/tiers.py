"""What a quantity costs by tiers: the pricing models `tiered` and `volume` of an item price.

A subscription keeps those that it began with (`item_tiers`), whatever becomes of the item price's:
https://apidocs.chargebee.com/docs/api/subscriptions#subscription_item_tiers.

https://apidocs.chargebee.com/docs/api/item_prices#item_price_tiers: a tier's price is for one unit, in minor units, or
as text in major ones. What is invoiced is rounded to minor units once, as a whole.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from local.chargebee.catalog import TIERED
from local.chargebee.decimals import MINOR
from local.chargebee.store import Resource


def is_tiered(price: Resource) -> bool:
    return price["pricing_model"] in TIERED


def held_items(prices: Mapping[str, Resource], items: list[Resource], subscription: Resource) -> Resource:
    """The attributes of a subscription that has these items from now on, `item_tiers` only where there are any."""
    tiers = [
        {"item_price_id": item["item_price_id"], **tier, "index": index, "object": "item_tier"}
        for index, item in enumerate(items)
        for tier in agreed_tiers(subscription, item["item_price_id"]) or _own_tiers(prices[item["item_price_id"]])
    ]
    return {"subscription_items": items} | ({"item_tiers": tiers} if tiers else {})


def agreed_tiers(subscription: Resource, item_price_id: str) -> list[Resource]:
    return [tier for tier in subscription.get("item_tiers", ()) if tier["item_price_id"] == item_price_id]


def _own_tiers(price: Resource) -> list[Resource]:
    tiers: list[Resource] = price["tiers"] if is_tiered(price) else []
    return tiers


def are_agreed(given: list[dict[str, Any]], subscription: Resource) -> bool:
    """Whether the tiers of a request are those that the subscription holds its items at."""
    said = [{name: value for name, value in tier.items() if value is not None} for tier in given]
    named = dict.fromkeys(tier["item_price_id"] for tier in said)
    agreed = [tier for item_price_id in named for tier in agreed_tiers(subscription, item_price_id)]
    return said == [{name: tier[name] for name in tier.keys() - {"index", "object"}} for tier in agreed]


def used_tiers(price: Resource, quantity: Decimal) -> list[tuple[Resource, Decimal]]:
    """The tiers that price so much, each with how much of it."""
    if quantity == 0:
        return []
    if price["pricing_model"] == "volume":
        return [(next(tier for tier in price["tiers"] if quantity <= _end(tier, quantity)), quantity)]
    used, below = [], Decimal(0)
    for tier in price["tiers"]:
        end = min(quantity, _end(tier, quantity))
        if end > below:
            used.append((tier, end - below))
        below = end
    return used


def major_units(used: list[tuple[Resource, Decimal]]) -> Decimal:
    """What they cost together, exactly, in major units of the currency."""
    return sum((quantity * _price(tier) for tier, quantity in used), Decimal(0))


def rows(used: list[tuple[Resource, Decimal]]) -> list[Resource]:
    """As an invoice shows them beside its lines (`line_item_tiers`), without the id of the line."""
    names = ("starting_unit", "ending_unit", "starting_unit_in_decimal", "ending_unit_in_decimal")
    return [
        {
            **{name: tier[name] for name in names if name in tier},
            "quantity_used": int(quantity),
            "unit_amount": int(_price(tier) * MINOR),
            **({"quantity_used_in_decimal": f"{quantity:f}"} if "starting_unit_in_decimal" in tier else {}),
            "object": "line_item_tier",
        }
        for tier, quantity in used
    ]


def free_units(price: Resource) -> Decimal:
    """What is not billed; tiers count what comes behind it."""
    text = "free_quantity_in_decimal"
    return Decimal(price[text] if text in price else price["free_quantity"])


def _end(tier: Resource, otherwise: Decimal) -> Decimal:
    if "ending_unit_in_decimal" in tier:
        return Decimal(tier["ending_unit_in_decimal"])
    return Decimal(tier["ending_unit"]) if "ending_unit" in tier else otherwise


def _price(tier: Resource) -> Decimal:
    return Decimal(tier["price_in_decimal"]) if "price_in_decimal" in tier else Decimal(tier["price"]) / MINOR

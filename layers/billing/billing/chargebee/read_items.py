"""The lines of a subscription, read into our own terms.

https://apidocs.chargebee.com/docs/api/subscriptions#subscription_subscription_items
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from billing.chargebee.fields import integer, json_object, required
from billing.subscriptions.domain.billing_event import JsonObject, text_or_none
from billing.subscriptions.domain.subscription import LEFT_OUT, Item

_READ = frozenset(
    {"item_price_id", "item_type", "quantity", "unit_price", "amount", "quantity_in_decimal", "unit_price_in_decimal"}
)
_DERIVED = frozenset(
    {
        "object",
        "amount_in_decimal",
        "free_quantity",
        "free_quantity_in_decimal",
        "metered_quantity",
        "last_calculated_at",
        "current_term_start",
        "current_term_end",
        "next_billing_at",
        "billing_period",
        "billing_period_unit",
    }
)
"""What follows from the rest, or from the item price."""

_TIER = frozenset(
    {
        "starting_unit",
        "ending_unit",
        "price",
        "starting_unit_in_decimal",
        "ending_unit_in_decimal",
        "price_in_decimal",
        "pricing_type",
        "package_size",
    }
)
"""https://apidocs.chargebee.com/docs/api/subscriptions#subscription_item_tiers"""


def read_items(source: JsonObject) -> tuple[Item, ...] | None:
    """The lines of a `subscription` resource, the plan's first, None without any.

    An update of one line moves it behind the others. Raises InvalidRequest for a line of no item.
    """
    listed = source.get("subscription_items")
    if isinstance(listed, list) and listed:
        tiers = _tiers(source.get("item_tiers"))
        items = [_item(json_object(each, "a subscription item"), tiers) for each in listed]
        return tuple(sorted(items, key=lambda each: each.item_type != "plan"))
    plan_id = text_or_none(source.get("plan_id"))  # Product Catalog 1.0 names the plan on the subscription itself
    if plan_id is None:
        return None
    addons = source.get("addons")
    return (
        Item(plan_id, "plan", integer(source.get("plan_quantity"))),
        *(_addon(json_object(each, "an add-on")) for each in (addons if isinstance(addons, list) else ())),
    )


def _addon(source: JsonObject) -> Item:
    return Item(required(source, "id"), "addon", integer(source.get("quantity")))


def _item(source: JsonObject, tiers: Mapping[str, str]) -> Item:
    """A line whose price is in tiers has no unit price: Chargebee's is then an average."""
    item_price_id = required(source, "item_price_id")
    tiered = item_price_id in tiers
    return Item(
        item_price_id=item_price_id,
        item_type=text_or_none(source.get("item_type")) or "plan",
        quantity=integer(source.get("quantity")),
        unit_price=None if tiered else integer(source.get("unit_price")),
        amount=integer(source.get("amount")),
        quantity_in_decimal=_decimal(source.get("quantity_in_decimal")),
        unit_price_in_decimal=None if tiered else _decimal(source.get("unit_price_in_decimal")),
        agreed=(*_agreed(source), *_tiers_of(item_price_id, tiers)),
    )


def _agreed(source: JsonObject) -> tuple[tuple[str, str | int], ...]:
    """Everything else that is said of the line, also what nobody here knows yet."""
    names = sorted(each for each in source if each not in _READ | _DERIVED and source[each] is not None)
    return tuple((name, _kept(source[name])) for name in names)


def _kept(value: Any) -> str | int:
    return value if isinstance(value, (str, int)) else json.dumps(value)


def _tiers_of(item_price_id: str, tiers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Tiers that were left out on the way stand under a name that no change knows, so that none loses them."""
    if item_price_id not in tiers:
        return ()
    listed = tiers[item_price_id]
    return (("item_tiers", listed),) if listed != _EMPTY else ((LEFT_OUT, "item_tiers"),)


_EMPTY = json.dumps([{}])


def _tiers(listed: object) -> dict[str, str]:
    """The tiers of each item price, as JSON."""
    found: dict[str, list[dict[str, Any]]] = {}
    for each in listed if isinstance(listed, Sequence) else ():
        if isinstance(each, Mapping) and (item_price_id := text_or_none(each.get("item_price_id"))):
            found.setdefault(item_price_id, []).append({name: each[name] for name in sorted(_TIER & each.keys())})
    return {item_price_id: json.dumps(tiers) for item_price_id, tiers in found.items()}


def _decimal(value: object) -> str | None:
    """The text of a number, as Chargebee writes it."""
    text = text_or_none(value)
    try:
        return text if text is not None and Decimal(text).is_finite() else None
    except InvalidOperation:
        return None

"""The item prices of the site, read from a JSON file once."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.chargebee.store import Resource, Table

FAMILY = "default-family"
TIERED = frozenset({"tiered", "volume"})
"""The pricing models whose price is in `tiers`."""
_IN_DECIMAL = ("price_in_decimal", "free_quantity_in_decimal")
_OPTIONAL = ("period", "period_unit", "trial_period", "trial_period_unit", "price", "tiers", *_IN_DECIMAL)
_ENTRY = frozenset(
    {"name", "item_id", "item_name", "item_type", "pricing_model", "currency_code", "free_quantity"}
    | {"metadata", "metered", "usage_calculation", "attached", *_OPTIONAL}
)


@dataclass(frozen=True)
class Catalog:
    """`attached` are the item prices of add-ons that come with a plan's, which is the key, as mandatory:
    https://apidocs.chargebee.com/docs/api/attached_items."""

    items: Table
    item_prices: Table
    attached: dict[str, list[str]] = field(default_factory=dict)

    def with_attached(self, rows: list[Resource], held: Iterable[Resource] = ()) -> list[Resource]:
        """Requested rows with what is attached to their plans, unless it is `held` already."""
        known = {row["item_price_id"] for row in (*rows, *held)}
        attached = (each for row in rows for each in self.attached.get(row["item_price_id"], ()))
        return [*rows, *({"item_price_id": each} for each in attached if each not in known)]

    @property
    def in_decimals(self) -> bool:
        """Whether anything is counted in fractions, or costs one of a minor unit, which takes a setting of the site."""
        return any(name in price for price in self.item_prices.values() for name in _IN_DECIMAL)


def load_catalog(path: Path, now: int) -> Catalog:
    """Both tables by id; every resource is dated `now` (UTC seconds)."""
    entries: list[dict[str, Any]] = json.loads(path.read_text())["item_prices"]
    stamp = {"status": "active", "channel": "web", "updated_at": now, "resource_version": now * 1000}
    items = {entry["item_id"]: _item(entry, stamp) for entry in entries}
    attached = {entry["id"]: entry["attached"] for entry in entries if "attached" in entry}
    return Catalog(items, {entry["id"]: _item_price(entry, stamp, now) for entry in entries}, attached)


def set_item_price(catalog: Catalog, item_price_id: str, given: dict[str, Any], now: int) -> Resource:
    """Change an item price, or add one that has all that an entry of the catalog file needs.

    Raises ValueError on a field that no entry has, or that a new one lacks.
    """
    if unknown := given.keys() - _ENTRY:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    if "attached" in given:
        catalog.attached[item_price_id] = given["attached"]
    given = {name: value for name, value in given.items() if name != "attached"}
    stamp: Resource = {"updated_at": now, "resource_version": now * 1000}
    if item_price_id in catalog.item_prices:
        catalog.item_prices[item_price_id] |= given | stamp
        return catalog.item_prices[item_price_id]
    priced = "tiers" if given.get("pricing_model") in TIERED else "price"
    if missing := {"name", "item_id", "item_type", "pricing_model", priced} - given.keys():
        raise ValueError(f"a new item price needs {', '.join(sorted(missing))}")
    entry = {"id": item_price_id, **given}
    stamp |= {"status": "active", "channel": "web"}
    catalog.items.setdefault(entry["item_id"], _item(entry, stamp))
    catalog.item_prices[item_price_id] = _item_price(entry, stamp, now)
    return catalog.item_prices[item_price_id]


def _item(entry: dict[str, Any], stamp: Resource) -> Resource:
    return {
        "id": entry["item_id"],
        "name": entry.get("item_name", entry["item_id"]),
        "external_name": entry.get("item_name", entry["item_id"]),
        "type": entry["item_type"],
        "item_family_id": FAMILY,
        "is_shippable": False,
        "is_giftable": False,
        "enabled_for_checkout": True,
        "enabled_in_portal": True,
        "included_in_mrr": entry["item_type"] != "charge",
        "item_applicability": "all",
        "metered": entry.get("metered", False),
        **({"usage_calculation": entry["usage_calculation"]} if "usage_calculation" in entry else {}),
        "metadata": {},
        "deleted": False,
        "object": "item",
        **stamp,
    }


def _item_price(entry: dict[str, Any], stamp: Resource, now: int) -> Resource:
    recurring: Resource = {key: entry[key] for key in _OPTIONAL if key in entry}
    return {
        "id": entry["id"],
        "name": entry["name"],
        "external_name": entry["name"],
        "item_family_id": FAMILY,
        "item_id": entry["item_id"],
        "item_type": entry["item_type"],
        "pricing_model": entry["pricing_model"],
        "currency_code": entry.get("currency_code", "USD"),
        "free_quantity": entry.get("free_quantity", 0),
        "is_taxable": False,
        "metadata": entry.get("metadata", {}),
        "created_at": now,
        "deleted": False,
        "object": "item_price",
        **recurring,
        **stamp,
    }

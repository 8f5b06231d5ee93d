"""What items and item prices entitle to: https://apidocs.chargebee.com/docs/api/entitlements."""

from typing import Any

from local.chargebee import features
from local.chargebee.call import Call, Operation
from local.chargebee.errors import not_found, wrong_value
from local.chargebee.impact import told_of
from local.chargebee.levels import UNLIMITED, entitlement_id, named
from local.chargebee.listing import Listing, list_resources
from local.chargebee.site import Site
from local.chargebee.store import Resource

_SWITCHED = {"true": "true", "available": "true", "false": "false"}


def create(site: Site, call: Call) -> Resource:
    """Each row makes an entitlement, changes it, or removes it."""
    rows = [_read(site, row, index) for index, row in enumerate(call.params.get("entitlements") or ())]
    for row in rows:
        _write(site, row, call)
    return {"list": [{"entitlement": each} for each in rows]}


def _read(site: Site, row: dict[str, Any], index: int) -> Resource:
    feature = features.find(site, row["feature_id"], f"entitlements[feature_id][{index}]")
    kind = row.get("entity_type") or "plan"
    prices = site.catalog.item_prices
    known = prices if kind.endswith("_price") else {each["item_id"]: each for each in prices.values()}
    if row["entity_id"] not in known:
        raise not_found(kind, row["entity_id"], f"entitlements[entity_id][{index}]")
    value = level_value(feature, row.get("value"), f"entitlements[value][{index}]")
    return {
        "id": entitlement_id(feature["id"], kind, row["entity_id"]),
        "entity_id": row["entity_id"],
        "entity_type": kind,
        "feature_id": feature["id"],
        "feature_name": feature["name"],
        "value": value,
        "name": named(feature, value),
        "object": "entitlement",
    }


def level_value(feature: Resource, value: str | None, param: str) -> str:
    """The value as the feature's type has it."""
    kind, wanted = feature["type"], (value or "true").lower()
    if kind == "switch":
        if wanted not in _SWITCHED:
            raise wrong_value(param, "is true or false for a switch")
        return _SWITCHED[wanted]
    levels = [each["value"] for each in feature["levels"]]
    if wanted == UNLIMITED and UNLIMITED in levels:
        return UNLIMITED
    bounds = [int(each) for each in levels if each.isdecimal()]
    in_range = kind == "range" and wanted.isdecimal() and min(bounds) <= int(wanted) <= max(bounds)
    if value not in levels and not in_range:
        raise wrong_value(param, f"{value} is no level of the feature")
    return str(value)


def _write(site: Site, entitlement: Resource, call: Call) -> None:
    feature = site.store.features[entitlement["feature_id"]]
    of_price = entitlement["entity_type"].endswith("_price")
    removed = call.params["action"] == "remove"
    if removed:
        site.store.entitlements.pop(entitlement["id"], None)
    else:
        site.store.entitlements[entitlement["id"]] = entitlement
    told = told_of(site, feature, [entitlement["entity_id"]] if of_price else [])
    kind = "item_price" if of_price else "item"
    site.record(f"{kind}_entitlements_{'removed' if removed else 'updated'}", told, call.source)


def list_all(site: Site, call: Call) -> Resource:
    listing = Listing(entry=lambda each: {"entitlement": each}, sortable=frozenset())
    return list_resources(site.store.entitlements.values(), call.params, listing)


OPERATIONS = (
    Operation("POST", "/entitlements", "entitlement.create", create, frozenset({"action", "entitlements"})),
    Operation("GET", "/entitlements", "entitlement.list", list_all, lacks=frozenset({"include_drafts", "embed"})),
)

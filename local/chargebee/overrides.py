"""What one subscription is entitled to, and what overrides it: https://apidocs.chargebee.com/docs/api/entitlement_overrides."""

from typing import Any

from local.chargebee import features, subscriptions
from local.chargebee.call import Call, Operation
from local.chargebee.entitlements import level_value
from local.chargebee.errors import not_simulated
from local.chargebee.impact import subscriptions_told, told_of
from local.chargebee.levels import levels_of, named, overrides_of
from local.chargebee.listing import Listing, list_resources
from local.chargebee.site import Site
from local.chargebee.store import Resource

_LACKS = frozenset({"include_drafts", "embed", "include_scheduled_overrides"})


def change(site: Site, call: Call) -> Resource:
    """Each row overrides what the subscription has of a feature, or removes the override."""
    subscription = subscriptions.find(site, call.id)
    removed = call.params.get("action") == "remove"
    rows = [
        _read(site, subscription, row, f"entitlement_overrides[%s][{index}]")
        for index, row in enumerate(call.params.get("entitlement_overrides") or ())
    ]
    for row in rows:
        former = _of(site, row)
        if former is not None:
            former["deleted"] = True
        if not removed:
            site.store.entitlement_overrides[row["id"]] = row
    told = {"metadata": {"change_type": "remove" if removed else "upsert"}, **subscriptions_told(site, [subscription])}
    site.record(f"entitlement_overrides_{'removed' if removed else 'updated'}", told, call.source)
    return {"list": [_entry(each) for each in rows]}


def _read(site: Site, subscription: Resource, row: dict[str, Any], at: str) -> Resource:
    feature = features.find(site, row["feature_id"], at % "feature_id")
    for name in ("effective_from", "entity_id", "entity_type"):
        if row.get(name) is not None:
            raise not_simulated(at % name)
    value = level_value(feature, row.get("value"), at % "value")
    return {
        "id": site.new_id("ent_ovr_"),
        "subscription_id": subscription["id"],
        "entity_id": subscription["id"],
        "entity_type": "subscription",
        "feature_id": feature["id"],
        "feature_name": feature["name"],
        "value": value,
        "name": named(feature, value),
        "is_enabled": row.get("is_enabled") is not False,
        **({"expires_at": row["expires_at"]} if row.get("expires_at") else {}),
        "deleted": False,
        "object": "entitlement_override",
    }


def _of(site: Site, row: Resource) -> Resource | None:
    held = overrides_of(site, row["subscription_id"])
    return next((each for each in held if each["feature_id"] == row["feature_id"]), None)


def _entry(override: Resource) -> Resource:
    return {"entitlement_override": {name: value for name, value in override.items() if name != "deleted"}}


def list_all(site: Site, call: Call) -> Resource:
    found = overrides_of(site, subscriptions.find(site, call.id)["id"])
    return list_resources(found, call.params, Listing(entry=_entry, sortable=frozenset()))


def list_levels(site: Site, call: Call) -> Resource:
    found = levels_of(site, subscriptions.find(site, call.id))
    listing = Listing(entry=lambda each: {"subscription_entitlement": each}, sortable=frozenset())
    return list_resources(found, call.params, listing)


def expire(site: Site, override: Resource, source: str) -> None:
    """Its time is over, and what the items give counts again."""
    override["deleted"] = True
    told = told_of(site, site.store.features[override["feature_id"]])
    rows = subscriptions_told(site, [site.store.subscriptions[override["subscription_id"]]])
    site.record("entitlement_overrides_auto_removed", told | rows, source)


OPERATIONS = (
    Operation(
        "POST",
        "/subscriptions/{id}/entitlement_overrides",
        "entitlement_override.add_entitlement_override_for_subscription",
        change,
    ),
    Operation(
        "GET",
        "/subscriptions/{id}/entitlement_overrides",
        "entitlement_override.list_entitlement_override_for_subscription",
        list_all,
        lacks=_LACKS,
    ),
    Operation(
        "GET",
        "/subscriptions/{id}/subscription_entitlements",
        "subscription_entitlement.subscription_entitlements_for_subscription",
        list_levels,
        lacks=_LACKS,
    ),
)

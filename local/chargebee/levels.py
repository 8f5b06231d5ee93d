"""What a subscription is entitled to: of its items, or by an override.

https://apidocs.chargebee.com/docs/api/subscription_entitlements, "How subscription entitlements are determined".
"""

from local.chargebee.site import Site
from local.chargebee.store import Resource

UNLIMITED = "unlimited"


def levels_of(site: Site, subscription: Resource) -> list[Resource]:
    """The subscription's entitlement to each feature that is active and that its items or an override give it."""
    found = (_level(site, subscription, each) for each in site.store.features.values() if each["status"] == "active")
    return [each for each in found if each is not None]


def tell(site: Site, subscription: Resource, source: str) -> None:
    """Say that its items give other entitlements than before: the event names the subscription, and no level."""
    before, now = site.store.levels.get(subscription["id"], {}), remember(site, subscription)
    if before == now:
        return
    kind = "updated" if before else "created"
    detail = {"subscription_id": subscription["id"], "has_next": False}
    site.record(f"subscription_entitlements_{kind}", {f"subscription_entitlements_{kind}_detail": detail}, source)


def remember(site: Site, subscription: Resource) -> Resource:
    """What it has now, by feature, which the next change is compared with."""
    values = {each["feature_id"]: each["value"] for each in levels_of(site, subscription)}
    if values or subscription["id"] in site.store.levels:
        site.store.levels[subscription["id"]] = values
    return values


def overrides_of(site: Site, subscription_id: str) -> list[Resource]:
    """Those that are in force."""
    return [
        each
        for each in site.store.entitlement_overrides.values()
        if each["subscription_id"] == subscription_id and not each["deleted"]
    ]


def named(feature: Resource, value: str) -> str:
    """How the level is called."""
    if feature["type"] == "switch":
        return "Available" if value == "true" else "Not Available"
    return f"{value} {feature['unit']}s" if feature.get("unit") else value


def _level(site: Site, subscription: Resource, feature: Resource) -> Resource | None:
    overrides = overrides_of(site, subscription["id"])
    override = next((each for each in overrides if each["feature_id"] == feature["id"]), None)
    value = override["value"] if override else _inherited(site, subscription, feature)
    if value is None:
        return None
    level: Resource = {
        "subscription_id": subscription["id"],
        "feature_id": feature["id"],
        "feature_name": feature["name"],
        "feature_type": feature["type"],
        "value": value,
        "name": named(feature, value),
        "is_overridden": override is not None,
        "is_enabled": override["is_enabled"] if override else True,
        "object": "subscription_entitlement",
    }
    optional = {"feature_unit": feature.get("unit"), "expires_at": override.get("expires_at") if override else None}
    return level | {name: known for name, known in optional.items() if known is not None}


def _inherited(site: Site, subscription: Resource, feature: Resource) -> str | None:
    prices = [each["item_price_id"] for each in subscription["subscription_items"]]
    values = [value for each in prices if (value := _of_price(site, feature["id"], each)) is not None]
    if not values:
        return None
    match feature["type"]:
        case "switch":
            return "true" if "true" in values else "false"
        case "custom":
            names = [each["value"] for each in feature["levels"]]
            return max(values, key=names.index)
    if UNLIMITED in values:
        return UNLIMITED
    total = sum(int(each) for each in values)
    limits = [int(each["value"]) for each in feature["levels"] if not each["is_unlimited"]]
    return str(min(total, max(limits))) if feature["type"] == "range" else str(total)


def _of_price(site: Site, feature_id: str, item_price_id: str) -> str | None:
    """The item price's own entitlement, or else its item's. How many of it there are does not count."""
    price = site.catalog.item_prices[item_price_id]
    for entity in ((f"{price['item_type']}_price", item_price_id), (price["item_type"], price["item_id"])):
        found = site.store.entitlements.get(entitlement_id(feature_id, *entity))
        if found is not None:
            return str(found["value"])
    return None


def entitlement_id(feature_id: str, entity_type: str, entity_id: str) -> str:
    """One for each feature of an item or item price."""
    return f"ent-{feature_id}-{entity_type}-{entity_id}"

"""Whom an event of entitlements concerns: https://apidocs.chargebee.com/docs/api/impacted_subscriptions."""

from collections.abc import Iterable

from local.chargebee.levels import levels_of, remember
from local.chargebee.site import Site
from local.chargebee.store import Resource


def told_of(site: Site, feature: Resource, prices: Iterable[str] = ()) -> Resource:
    """The feature, with every item, item price and subscription that has to do with it."""
    entitled = [each for each in site.store.entitlements.values() if each["feature_id"] == feature["id"]]
    items = [each["entity_id"] for each in entitled if not each["entity_type"].endswith("_price")]
    rows = [each for each in site.store.subscriptions.values() if _concerns(site, feature, each)]
    return {
        "feature": feature,
        "metadata": {"change_type": "update"},
        "impacted_item": {"count": len(items), "items": items},
        "impacted_item_price": {"count": len([*prices]), "item_prices": [*prices]},
        **subscriptions_told(site, rows),
    }


def subscriptions_told(site: Site, subscriptions: Iterable[Resource]) -> Resource:
    """The ids of the subscriptions, and not what they have."""
    listed = [*subscriptions]
    for each in listed:
        remember(site, each)
    ids = [each["id"] for each in listed]
    return {"impacted_subscription": {"count": len(ids), "subscription_ids": ids}}


def _concerns(site: Site, feature: Resource, subscription: Resource) -> bool:
    had = feature["id"] in site.store.levels.get(subscription["id"], {})
    return had or any(each["feature_id"] == feature["id"] for each in levels_of(site, subscription))

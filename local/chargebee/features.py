"""The features of the site: https://apidocs.chargebee.com/docs/api/features. None counts before it is active."""

from typing import Any

from local.chargebee.call import Call, Operation
from local.chargebee.errors import duplicate, invalid_state, missing, not_found
from local.chargebee.impact import told_of
from local.chargebee.listing import Listing, list_resources
from local.chargebee.site import Site
from local.chargebee.store import Resource

_LEVELLED = ("quantity", "range", "custom")


def create(site: Site, call: Call) -> Resource:
    given: dict[str, Any] = {name: value for name, value in call.params.items() if value is not None}
    kind = given.get("type", "switch")
    if kind in _LEVELLED and not given.get("levels"):
        raise missing("levels")
    feature: Resource = {
        "id": site.new_id("fea-"),
        **given,
        "type": kind,
        "status": "draft",
        "created_at": site.now(),
        "metered": False,
        "levels": [_level(number, each) for number, each in enumerate(given.get("levels", ()))],
        "object": "feature",
    }
    if feature["id"] in site.store.features:
        raise duplicate("feature", feature["id"])
    site.touch(feature)
    site.store.features[feature["id"]] = feature
    site.record("feature_created", told_of(site, feature), call.source)
    return {"feature": feature}


def _level(number: int, given: Resource) -> Resource:
    unlimited = given.get("is_unlimited", False)
    value = "unlimited" if unlimited else str(given["value"])
    return {"value": value, "name": value, "level": number, "is_unlimited": unlimited, "object": "level"} | given


def find(site: Site, feature_id: str, param: str = "feature_id") -> Resource:
    feature = site.store.features.get(feature_id)
    if feature is None:
        raise not_found("feature", feature_id, param)
    return feature


def retrieve(site: Site, call: Call) -> Resource:
    return {"feature": find(site, call.id)}


def list_all(site: Site, call: Call) -> Resource:
    listing = Listing(entry=lambda each: {"feature": each}, sortable=frozenset())
    return list_resources(site.store.features.values(), call.params, listing)


def activate(site: Site, call: Call) -> Resource:
    feature = find(site, call.id)
    if feature["status"] != "draft":
        raise invalid_state("Only a draft can be activated")
    feature["status"] = "active"
    site.touch(feature)
    site.record("feature_activated", told_of(site, feature), call.source)
    return {"feature": feature}


OPERATIONS = (
    Operation("POST", "/features", "feature.create", create),
    Operation("GET", "/features", "feature.list", list_all),
    Operation("GET", "/features/{id}", "feature.retrieve", retrieve),
    Operation("POST", "/features/{id}/activate_command", "feature.activate", activate),
)

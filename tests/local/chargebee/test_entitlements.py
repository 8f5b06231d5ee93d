"""Features, what items entitle to, and overrides of it."""

from typing import Any

import pytest
from chargebee import InvalidRequestError

from tests.local.chargebee.world import Vendor

LEVELS = [{"level": 1, "value": "10"}, {"level": 2, "value": "30"}, {"level": 3, "is_unlimited": True}]
CUSTOM = [{"level": 1, "value": "silver"}, {"level": 2, "value": "gold"}]


def feature(world: Vendor, feature_id: str = "calls", kind: str = "quantity", levels: Any = LEVELS) -> None:
    given = {"id": feature_id, "name": feature_id, "type": kind} | ({"levels": levels} if levels else {})
    world.sdk.Feature.create(given)
    world.sdk.Feature.activate(feature_id)


def entitle(world: Vendor, value: str, entity: str = "growth-plan", kind: str = "plan", of: str = "calls") -> None:
    row = {"entity_type": kind, "entity_id": entity, "feature_id": of, "value": value}
    world.sdk.Entitlement.create({"action": "upsert", "entitlements": [row]})


def override(world: Vendor, value: str, action: str = "upsert", **fields: Any) -> None:
    row = {"feature_id": "calls", "value": value, **fields}
    change = {"action": action, "entitlement_overrides": [row]}
    world.sdk.EntitlementOverride.add_entitlement_override_for_subscription("sub_1", change)


def levels(world: Vendor) -> dict[str, tuple[str, bool, bool]]:
    """The value of each feature, whether it is overridden, and whether it is enabled."""
    listed = world.sdk.SubscriptionEntitlement.subscription_entitlements_for_subscription("sub_1", {"limit": 100}).list
    found = [each.subscription_entitlement for each in listed]
    return {each.feature_id: (each.value, each.is_overridden, each.is_enabled) for each in found}


def told(world: Vendor) -> list[str]:
    return [each for each in world.event_types() if "entitlement" in each]


@pytest.mark.parametrize(
    ("kind", "declared", "of_each", "together"),
    [
        ("quantity", LEVELS, ("10", "30"), "40"),
        ("quantity", LEVELS, ("10", "unlimited"), "unlimited"),
        ("range", LEVELS[:2], ("10", "25"), "30"),
        ("custom", CUSTOM, ("gold", "silver"), "gold"),
        ("switch", None, ("false", "true"), "true"),
    ],
)
def test_the_items_entitle_together_by_the_features_type(
    world: Vendor, kind: str, declared: Any, of_each: tuple[str, str], together: str
) -> None:
    feature(world, kind=kind, levels=declared)
    entitle(world, of_each[0])
    entitle(world, of_each[1], "priority-support-addon", "addon")
    world.subscribe()
    rows = [{"item_price_id": "growth", "quantity": 2}, {"item_price_id": "priority-support"}]
    world.sdk.Subscription.update_for_items("sub_1", {"subscription_items": rows})
    assert levels(world) == {"calls": (together, False, True)}


def test_an_item_prices_own_entitlement_counts_before_its_items(world: Vendor) -> None:
    feature(world)
    entitle(world, "10")
    entitle(world, "30", "growth", "plan_price")
    world.subscribe()
    assert levels(world) == {"calls": ("30", False, True)}


def test_an_override_counts_before_all_until_its_time_is_over(world: Vendor) -> None:
    feature(world)
    entitle(world, "10")
    world.subscribe()
    override(world, "unlimited", expires_at=world.now() + 60)
    assert levels(world) == {"calls": ("unlimited", True, True)}
    override(world, "30", expires_at=world.now() + 60, is_enabled=False)
    assert levels(world) == {"calls": ("30", True, False)}
    world.advance(61)
    assert levels(world) == {"calls": ("10", False, True)}
    assert told(world)[-2:] == ["entitlement_overrides_updated", "entitlement_overrides_auto_removed"]


def test_the_events_name_the_subscriptions_and_no_level(world: Vendor) -> None:
    feature(world)
    entitle(world, "10")
    world.subscribe()
    override(world, "30")
    override(world, "30", "remove")
    entitle(world, "30")
    assert told(world) == [
        "item_entitlements_updated",
        "subscription_entitlements_created",
        "entitlement_overrides_updated",
        "entitlement_overrides_removed",
        "item_entitlements_updated",
    ]
    last = world.events()[-1]["content"]
    assert last["impacted_subscription"] == {"count": 1, "subscription_ids": ["sub_1"]}


def test_a_level_that_the_feature_does_not_have_is_refused(world: Vendor) -> None:
    feature(world)
    for value in ("11", "gold"):
        with pytest.raises(InvalidRequestError):
            entitle(world, value)

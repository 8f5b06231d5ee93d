"""Plans that are private or not sold any more: not listed and not bought, while all else holds for who has one."""

from typing import Any

import pytest

from tests.deployment.gateway import ADMIN, http_event
from tests.deployment.subscriptions import apply, create, listed, post
from tests.deployment.world import World
from tests.subscriptions.examples import NOW, customer_json, event_json, item_json, subscription_json

OLD: dict[str, Any] = {
    "item_price_id": "growth-2023",
    "name": "Growth (2023)",
    "limits": {"seats": 40},
    "features": {"audit": True},
    "sale": "retired",
}
ENTERPRISE: dict[str, Any] = {
    "item_price_id": "enterprise",
    "name": "Enterprise",
    "sale": "private",
    "organizations": ["org_1"],
}
OTHERS = ENTERPRISE | {"organizations": ["org_2"]}


def put(world: World, plan: dict[str, Any]) -> None:
    world.freeze(NOW)
    world.put(pk="PLAN", sk=plan["item_price_id"], **plan)


def has(world: World, item_price_id: str) -> None:
    subscription = subscription_json(subscription_items=[item_json(item_price_id)])
    content = {"subscription": subscription, "customer": customer_json()}
    apply(world, event_json("subscription_changed") | {"content": content})


def offered(world: World) -> list[str]:
    answer = world.call("plans/list", http_event("GET /api/plans", claims=ADMIN))
    assert answer.status == 200
    return [plan["itemPriceId"] for plan in answer.body["plans"]]


def asked(world: World, route: str, path: str, **parameters: str) -> Any:
    event = http_event(f"GET {path}", claims=ADMIN, query="plan=growth-2023") | {"pathParameters": parameters}
    return world.call(route, event).body


@pytest.mark.parametrize("plan", [OLD, OTHERS], ids=["retired", "private to another"])
def test_what_is_not_offered_is_neither_listed_nor_bought_nor_changed_to(world: World, plan: dict[str, Any]) -> None:
    put(world, plan)
    wanted = {"itemPriceId": plan["item_price_id"]}
    assert plan["item_price_id"] not in offered(world)
    refused = create(world, wanted)
    assert (refused.status, refused.code) == (400, "unknown_plan")
    assert refused.body["error"] == f"There is no plan {plan['item_price_id']!r}."
    has(world, "growth")
    refused = post(world, "subscriptions/update", wanted)
    assert (refused.status, refused.code) == (400, "unknown_plan")
    assert world.chargebee.calls() == []


def test_a_private_plan_is_listed_for_and_bought_by_whom_it_names(world: World) -> None:
    put(world, ENTERPRISE)
    assert "enterprise" in offered(world)
    has(world, "growth")
    answer = post(world, "subscriptions/update", {"itemPriceId": "enterprise"})
    assert answer.code != "unknown_plan", "the site does not know the item price; the catalog lets it pass"


def test_whoever_has_a_retired_plan_has_all_of_it(world: World) -> None:
    put(world, OLD)
    has(world, "growth-2023")
    [row] = listed(world)
    assert (row["plan"], row["limits"]) == ("Growth (2023)", {"seats": 40})
    assert asked(world, "subscriptions/access", "/api/access") == {"allowed": True, "reason": "active"}
    assert asked(world, "metering/entitlement", "/api/entitlements/audit", feature="audit")["allowed"]
    refused = post(world, "subscriptions/update", {"seats": 41})
    assert (refused.status, refused.code) == (400, "invalid_seats"), "its own limit holds"


def test_addons_are_listed_with_what_they_raise(world: World) -> None:
    [support] = [
        addon
        for addon in world.call("plans/list", http_event("GET /api/plans", claims=ADMIN)).body["addons"]
        if addon["itemPriceId"] == "priority-support"
    ]
    assert support == {
        "itemPriceId": "priority-support",
        "addonId": "priority-support",
        "name": "Priority support",
        "maxQuantity": 1,
        "limits": {},
        "features": {},
    }

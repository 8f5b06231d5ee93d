"""Somebody pays for an item price that the catalog does not describe."""

import json
from typing import Any

import pytest

from tests.deployment.gateway import ADMIN, http_event
from tests.deployment.lambda_runtime import forget_warm_state
from tests.deployment.subscriptions import apply, listed
from tests.deployment.world import World
from tests.subscriptions.examples import NOW, customer_json, event_json, item_json, subscription_json

OLD = "growth-2023"


@pytest.fixture(autouse=True)
def paid(world: World) -> None:
    world.freeze(NOW)
    content = {"subscription": subscription_json(subscription_items=[item_json(OLD)]), "customer": customer_json()}
    apply(world, event_json("subscription_changed") | {"content": content})


def read(world: World, route: str, path: str, query: str = "", **parameters: str) -> Any:
    event = http_event(f"GET {path}", claims=ADMIN, query=query) | {"pathParameters": parameters}
    answer = world.call(route, event)
    assert answer.status == 200
    return answer.body


def test_it_is_named_and_never_called_the_free_plan(world: World) -> None:
    assert read(world, "metering/entitlements", "/api/entitlements") == {
        "plan": OLD,
        "plans": [OLD],
        "entitlements": {},
    }
    [row] = listed(world)
    assert (row["planId"], row["access"]["allowed"]) == (OLD, True)


def test_a_feature_is_refused_for_that_reason(world: World) -> None:
    gate = read(world, "subscriptions/access", "/api/access", "feature=api-calls")
    assert gate == {"allowed": False, "reason": "plan_unknown"}
    asked = read(world, "metering/entitlement", "/api/entitlements/api-calls", feature="api-calls")
    assert (asked["allowed"], asked["reason"]) == (False, "plan_unknown")


def test_it_is_counted_for_the_alarm_once_for_a_warm_function(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    forget_warm_state()
    for _ in range(2):
        read(world, "metering/entitlements", "/api/entitlements")
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines() if line.startswith("{")]
    assert [line["plan"] for line in lines if line.get("message") == "plan_unknown"] == [OLD]
    assert [line["plan_unknown"] for line in lines if "plan_unknown" in line] == [[1.0]]


def test_what_it_gives_counts_once_it_is_described(world: World) -> None:
    world.put(pk="PLAN", sk=OLD, item_price_id=OLD, name="Old", sale="retired", features={"sso": True})
    forget_warm_state()
    assert read(world, "subscriptions/access", "/api/access", "feature=sso") == {"allowed": True, "reason": "in_plan"}

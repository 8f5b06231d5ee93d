"""One wrong row of the table takes nothing down, and is heard of."""

import json
from typing import Any

import pytest

from tests.deployment.gateway import ADMIN, http_event
from tests.deployment.lambda_runtime import forget_warm_state
from tests.deployment.subscriptions import subscribed
from tests.deployment.world import World
from tests.plans.functions.test_changing_plans import MONTHLY, PRO, call, put

SOLD_NO_MORE = {"item_price_id": "growth-2023", "name": "Growth (2023)", "archived": True}
WITHOUT_LIMITS = {"item_price_id": "growth", "name": "Growth", "limits": "none"}


def plans(world: World) -> list[Any]:
    answer = world.call("plans/list", http_event("GET /api/plans", claims=ADMIN))
    assert answer.status == 200
    return [plan["itemPriceId"] for plan in answer.body["plans"]]


@pytest.mark.parametrize("row", [SOLD_NO_MORE, WITHOUT_LIMITS, {}, {"item_price_id": "growth"}])
def test_every_route_goes_on_with_the_plans_that_are_right(
    world: World, row: dict[str, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    subscribed(world)
    before = plans(world)
    forget_warm_state()
    capfd.readouterr()
    world.put(pk="PLAN", sk=row.get("item_price_id", "nameless"), **row)
    assert plans(world) == before
    access = world.call("subscriptions/access", http_event("GET /api/access", claims=ADMIN, query="itemPriceId=growth"))
    assert (access.status, access.body["allowed"]) == (200, True)
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines() if line.startswith("{")]
    assert {"plan_refused": [1.0]}.items() <= next(line for line in lines if "plan_refused" in line).items()
    [told, *_] = [line for line in lines if line.get("message") == "plan_refused"]
    assert told["plan"] == row.get("item_price_id", "nameless")


@pytest.mark.parametrize("prices", ["monthly", 3, [1], [{}], {"item_price_id": "pro"}])
def test_a_wrong_row_is_read_as_it_is_written_and_put_right(world: World, prices: Any) -> None:
    world.put(pk="PLAN", sk="pro", id="pro", name="Pro", prices=prices)
    told = call(world, "GET", "pro")
    assert (told.status, told.body["entry"]) == (200, {"id": "pro", "name": "Pro", "prices": prices})
    assert put(world, PRO, version=told.body["version"]).status == 200


def test_a_wrong_rows_set_is_read_as_a_list(world: World) -> None:
    world.put(
        pk="PLAN", sk="pro", id="pro", name="Pro", sale="private", organizations={"org_2", "org_1"}, prices=[MONTHLY]
    )
    told = call(world, "GET", "pro")
    assert (told.status, told.body["entry"]["organizations"]) == (200, ["org_1", "org_2"])

"""The gate by plan, by feature and by item price, on the route and in a function of one's own."""

from typing import Any

import pytest

from billing import gate
from billing.core.errors import Exhausted, NoSuchPlan, PlanRequired, UnknownFeature
from tests.deployment.gateway import MEMBER, http_event
from tests.deployment.subscriptions import apply
from tests.deployment.world import World
from tests.subscriptions.examples import NOW, customer_json, event_json, item_json, subscription_json

PRO: dict[str, Any] = {
    "id": "pro",
    "name": "Pro",
    "prices": [
        {"item_price_id": "pro-USD-Monthly", "amount": 100, "currency": "USD", "period": "month"},
        {"item_price_id": "pro-USD-Yearly", "amount": 1000, "currency": "USD", "period": "year"},
    ],
    "features": {"audit": True, "calls": {"limit": 3}},
}


@pytest.fixture(autouse=True)
def sold(world: World) -> None:
    world.freeze(NOW)
    world.put(pk="PLAN", sk="pro", **PRO)


def has(world: World, item_price_id: str, **fields: Any) -> None:
    subscription = subscription_json(subscription_items=[item_json(item_price_id)], **fields)
    apply(
        world,
        event_json("subscription_changed") | {"content": {"subscription": subscription, "customer": customer_json()}},
    )


def asked(world: World, query: str) -> tuple[int, Any]:
    answer = world.call("subscriptions/access", http_event("GET /api/access", claims=MEMBER, query=query))
    return answer.status, answer.body if answer.status == 200 else answer.code


YES = (200, {"allowed": True, "reason": "active"})
OTHER = (200, {"allowed": False, "reason": "other_plan"})
NOTHING = (200, {"allowed": False, "reason": "no_subscription"})


@pytest.mark.parametrize("paid", ["pro-USD-Monthly", "pro-USD-Yearly"])
def test_whoever_pays_any_price_of_a_plan_has_the_plan(world: World, paid: str) -> None:
    has(world, paid)
    assert asked(world, "plan=pro") == YES
    gate.require_active_plan("org_1", "pro")


@pytest.mark.parametrize("query", ["plan=pro", "itemPriceId=pro-USD-Monthly"])
def test_a_deleted_organization_has_nothing_before_chargebee_has_confirmed_its_end(world: World, query: str) -> None:
    has(world, "pro-USD-Monthly")
    world.put(pk="ORG#org_1", sk="ORG", id="org_1", version=9, customer_id="org_1", deleted_at=NOW)
    assert asked(world, query) == NOTHING
    assert asked(world, "feature=audit")[1]["allowed"] is False


def test_an_item_price_is_asked_for_alone(world: World) -> None:
    has(world, "pro-USD-Yearly")
    assert asked(world, "itemPriceId=pro-USD-Yearly") == asked(world, "plan=pro-USD-Yearly") == YES
    assert asked(world, "itemPriceId=pro-USD-Monthly") == asked(world, "plan=pro-USD-Monthly") == OTHER


def test_a_gate_on_an_item_price_that_is_the_plans_name_too_holds_when_the_plan_gets_another(world: World) -> None:
    named = [PRO["prices"][0] | {"item_price_id": "pro"}, PRO["prices"][1]]
    world.put(pk="PLAN", sk="pro", **PRO | {"prices": named})
    has(world, "pro-USD-Yearly")
    assert asked(world, "itemPriceId=pro") == asked(world, "plan=pro") == YES


def test_a_subscription_of_another_plan_is_not_called_none(world: World) -> None:
    assert asked(world, "plan=pro") == asked(world, "itemPriceId=growth") == NOTHING
    has(world, "growth")
    assert asked(world, "plan=pro") == OTHER
    with pytest.raises(PlanRequired, match="other_plan"):
        gate.require_active_plan("org_1", "pro")


@pytest.mark.parametrize("query", ["plan=por", "itemPriceId=por", "plan=PRO", "plan=pro-USD"])
def test_a_plan_that_nobody_knows_is_an_error_and_never_a_silent_no(world: World, query: str) -> None:
    has(world, "pro-USD-Yearly")
    assert asked(world, query) == (422, "unknown_plan")
    with pytest.raises(NoSuchPlan):
        gate.require_active_plan("org_1", "por")


def test_an_item_price_that_only_the_subscription_knows_is_no_mistake(world: World) -> None:
    """Who pays for a plan that was taken out of the catalog passes a gate that still names it."""
    has(world, "growth-2023")
    assert asked(world, "itemPriceId=growth-2023") == asked(world, "plan=growth-2023") == YES


def test_a_feature_is_asked_for_whichever_plan_has_it(world: World) -> None:
    assert asked(world, "feature=audit") == (200, {"allowed": False, "reason": "not_in_plan"})
    with pytest.raises(PlanRequired, match="audit"):
        gate.require_feature("org_1", "audit")
    has(world, "pro-USD-Yearly")
    assert (
        asked(world, "feature=audit") == asked(world, "feature=calls") == (200, {"allowed": True, "reason": "in_plan"})
    )
    gate.require_feature("org_1", "audit")
    gate.require_feature("org_1", "calls", 3)
    with pytest.raises(Exhausted):
        gate.require_feature("org_1", "calls", 4)


def test_a_feature_that_nobody_knows_is_an_error(world: World) -> None:
    assert asked(world, "feature=adit") == (422, "unknown_feature")
    with pytest.raises(UnknownFeature):
        gate.require_feature("org_1", "adit")


@pytest.mark.parametrize("query", ["", "plan=", "plan=pro&feature=audit", "plan=pro&itemPriceId=growth"])
def test_one_thing_is_asked_at_a_time(world: World, query: str) -> None:
    assert asked(world, query) == (400, "invalid_request")


@pytest.mark.parametrize("query", ["plan=pro", "feature=audit", "itemPriceId=pro-USD-Yearly"])
def test_a_warm_gate_is_one_query(world: World, query: str) -> None:
    has(world, "pro-USD-Yearly")
    asked(world, query)
    world.account.start_over()
    assert asked(world, query)[0] == 200
    assert world.account.calls == ["dynamodb.Query"]

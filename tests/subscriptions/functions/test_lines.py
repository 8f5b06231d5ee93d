"""Lines that are sold side by side: of each an organization has one live subscription."""

from typing import Any

import pytest

from tests.deployment.gateway import ADMIN, http_event
from tests.deployment.lambda_runtime import forget_warm_state
from tests.deployment.subscriptions import create, deliver_everything, listed, post, subscribed
from tests.deployment.world import World

STARTER = {"itemPriceId": "starter", "seats": 2}
SCALE = {"itemPriceId": "scale", "seats": 3}


@pytest.fixture
def lines(world: World) -> World:
    """`scale` is another product than the rest."""
    world.put(pk="PLAN", sk="scale", item_price_id="scale", name="Scale", line="data")
    forget_warm_state()
    return world


def plans(world: World, query: str = "") -> list[str]:
    return sorted(each["itemPriceId"] for each in listed(world, query))


def pending(world: World) -> dict[str, Any] | None:
    event = http_event("GET /api/subscription/list", claims=ADMIN)
    found: dict[str, Any] | None = world.call("subscriptions/list", event).body["pendingCheckout"]
    return found


def test_of_each_line_one_is_sold(lines: World) -> None:
    first, second = subscribed(lines, STARTER), subscribed(lines, SCALE)
    assert (plans(lines), first != second) == (["scale", "starter"], True)
    for body in (STARTER, SCALE, {"itemPriceId": "growth"}):
        answer = create(lines, body)
        assert (answer.status, answer.code) == (400, "subscription_exists")


def test_what_was_paid_in_the_line_and_nobody_has_told_of_refuses_the_next(lines: World) -> None:
    subscribed(lines, STARTER)
    lines.chargebee.pay(create(lines, SCALE).body["id"])
    assert create(lines, SCALE | {"seats": 1}).code == "subscription_exists"
    assert plans(lines) == ["scale", "starter"]


def test_the_same_wish_beside_another_line_is_the_same_page_and_another_one_the_same_subscription(lines: World) -> None:
    subscribed(lines, STARTER)
    opened = create(lines, SCALE).body
    assert create(lines, SCALE).body == opened
    other = create(lines, SCALE | {"seats": 1}).body
    assert other["subscriptionId"] == opened["subscriptionId"]
    assert other["id"] != opened["id"]
    assert (pending(lines) or {})["itemPriceId"] == "scale"


def test_a_checkout_that_was_overtaken_in_its_line_is_not_shown(lines: World) -> None:
    subscribed(lines, STARTER)
    create(lines, SCALE)
    row = {"subscription_items[item_price_id][0]": "scale", "subscription_items[quantity][0]": "1"}
    lines.chargebee.ask("POST", "/customers/org_1/subscription_for_items", auto_collection="off", **row)
    deliver_everything(lines)
    assert (plans(lines), pending(lines)) == (["scale", "starter"], None)


@pytest.mark.parametrize("function", ["subscriptions/update", "subscriptions/preview"])
def test_a_subscription_stays_in_its_line(lines: World, function: str) -> None:
    named = {"subscriptionId": subscribed(lines, STARTER)}
    answer = post(lines, function, {"itemPriceId": "scale"} | named)
    assert (answer.status, answer.code) == (409, "change_not_supported")
    assert post(lines, function, {"itemPriceId": "growth"}).status == 200


def test_side_by_side_nobody_is_alarmed_and_twice_in_a_line_somebody_is(
    lines: World, capfd: pytest.CaptureFixture[str]
) -> None:
    subscribed(lines, STARTER)
    subscribed(lines, SCALE)
    assert "second_live_subscription" not in capfd.readouterr().out
    row = {"subscription_items[item_price_id][0]": "growth", "subscription_items[quantity][0]": "1"}
    lines.chargebee.ask("POST", "/customers/org_1/subscription_for_items", auto_collection="off", **row)
    deliver_everything(lines)
    assert '"second_live_subscription":[1.0]' in capfd.readouterr().out


def sell_old(world: World) -> None:
    """What nobody described, by hand."""
    item_price = {"name": "Old", "item_id": "old-plan", "item_type": "plan", "pricing_model": "flat_fee", "price": 100}
    world.chargebee.set("item_prices/old", **item_price, period=1, period_unit="month")
    row = {"subscription_items[item_price_id][0]": "old"}
    world.chargebee.ask("POST", "/customers/org_1/subscription_for_items", auto_collection="off", **row)
    deliver_everything(world)


def test_what_nobody_described_may_be_of_any_line(lines: World) -> None:
    create(lines, STARTER)  # so that there is a customer
    sell_old(lines)
    assert [create(lines, body).code for body in (STARTER, SCALE)] == ["subscription_exists"] * 2


@pytest.mark.parametrize("function", ["subscriptions/update", "subscriptions/preview"])
def test_what_nobody_described_comes_into_no_line_that_is_taken(lines: World, function: str) -> None:
    subscribed(lines, SCALE)
    sell_old(lines)
    [old] = [each["id"] for each in listed(lines) if each["itemPriceId"] == "old"]
    assert post(lines, function, {"itemPriceId": "scale", "subscriptionId": old}).code == "change_not_supported"
    assert post(lines, function, {"itemPriceId": "growth", "subscriptionId": old}).status == 200

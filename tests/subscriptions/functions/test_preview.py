"""What a change would cost is told before anybody confirms it, and nothing is changed for it."""

from typing import Any

import pytest

from tests.deployment.gateway import ADMIN
from tests.deployment.lambda_runtime import forget_warm_state
from tests.deployment.subscriptions import deliver_everything, listed, post, subscribed
from tests.deployment.world import World

ESTIMATE = "/estimates/update_subscription_for_items"
STARTER = {"itemPriceId": "starter", "seats": 3}
SUPPORT = {"itemPriceId": "priority-support"}


def preview(world: World, body: dict[str, Any]) -> dict[str, Any]:
    answer = post(world, "subscriptions/preview", body)
    assert answer.status == 200, answer.text
    told: dict[str, Any] = answer.body
    return told


def later(world: World, days: int) -> None:
    """So far into the term, for Chargebee."""
    world.chargebee.advance(days * 86_400)


@pytest.mark.parametrize(
    ("body", "each_term"),
    [
        ({"seats": 5}, 5 * 1900),
        ({"addons": [SUPPORT]}, 3 * 1900 + 9900),
        ({"itemPriceId": "growth", "seats": 4, "addons": [SUPPORT]}, 4 * 4900 + 9900),
    ],
)
def test_what_is_told_is_what_confirming_bills(world: World, body: dict[str, Any], each_term: int) -> None:
    subscription_id = subscribed(world, STARTER)
    later(world, 10)
    told = preview(world, body)
    before = listed(world)
    assert (told["nextInvoice"]["total"], told["credits"]) == (each_term, [])
    held = world.chargebee.ask("GET", f"/subscriptions/{subscription_id}")["subscription"]
    assert told["nextBillingAt"] == held["next_billing_at"]
    world.chargebee.pay(post(world, "subscriptions/update", body).body["id"])
    invoices = world.chargebee.ask("GET", "/invoices", limit="1", **{"customer_id[is]": "org_1"})["list"]
    assert 0 < told["dueNow"]["amountDue"] == invoices[0]["invoice"]["total"]
    assert before[0]["seats"] == 3


def test_nothing_is_changed_by_a_preview(world: World) -> None:
    subscribed(world, STARTER)
    before, world_before = listed(world), world.items("ORG#")
    world.chargebee.forget_calls()
    preview(world, {"seats": 5})
    deliver_everything(world)
    assert (listed(world), world.items("ORG#")) == (before, world_before)
    assert world.chargebee.called() == [f"POST {ESTIMATE}"]


def test_what_has_agreed_prices_is_estimated_with_them(world: World) -> None:
    subscription_id = subscribed(world, STARTER)
    row = {"subscription_items[item_price_id][0]": "starter", "subscription_items[unit_price][0]": "1000"}
    path = f"/subscriptions/{subscription_id}/update_for_items"
    world.chargebee.ask("POST", path, **row, **{"subscription_items[quantity][0]": "3"})
    deliver_everything(world)
    assert preview(world, {"seats": 5})["nextInvoice"]["total"] == 5 * 1000


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "nothing_to_change"),
        ({"seats": 3}, 400, "nothing_to_change"),
        ({"seats": 6}, 400, "invalid_seats"),
        ({"itemPriceId": "nope"}, 400, "unknown_plan"),
        ({"addons": [{"itemPriceId": "nope"}]}, 400, "unknown_plan"),
        ({"seats": 4, "subscriptionId": "nothing"}, 404, "subscription_not_found"),
        ({"seats": 4, "trialEnd": 1}, 400, "invalid_request"),
    ],
)
def test_what_an_update_refuses_a_preview_refuses(world: World, body: dict[str, Any], status: int, code: str) -> None:
    subscribed(world, STARTER)
    world.chargebee.forget_calls()
    for function in ("subscriptions/preview", "subscriptions/update"):
        answer = post(world, function, body)
        assert (answer.status, answer.code) == (status, code)
    assert world.chargebee.called() == []


def test_a_private_plan_is_estimated_for_whom_it_names_alone(world: World) -> None:
    subscribed(world, STARTER)
    named = {"item_price_id": "growth", "name": "Growth", "sale": "private"}
    for organizations, code in ((["org_1"], None), (["org_2"], "unknown_plan")):
        world.put(pk="PLAN", sk="growth", **named, organizations=organizations)
        forget_warm_state()
        assert post(world, "subscriptions/preview", {"itemPriceId": "growth"}).body.get("code") == code


def test_another_organizations_subscription_is_not_estimated(world: World) -> None:
    theirs = subscribed(world, STARTER)
    world.chargebee.forget_calls()
    answer = post(world, "subscriptions/preview", {"seats": 4, "subscriptionId": theirs}, ADMIN | {"oid": "org_2"})
    assert (answer.code, world.chargebee.called()) == ("subscription_not_found", [])


def test_a_subscription_that_chargebee_no_longer_has_is_not_found(world: World) -> None:
    subscribed(world, STARTER)
    world.chargebee.fail(ESTIMATE, status=404)
    assert post(world, "subscriptions/preview", {"seats": 4}).code == "subscription_not_found"

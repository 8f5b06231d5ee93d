"""What a first purchase would cost is told before its page is opened, and nothing is done for it."""

from typing import Any

import pytest

from tests.deployment.gateway import sqs_event
from tests.deployment.lambda_runtime import forget_warm_state
from tests.deployment.subscriptions import create, deliver_everything, listed, post, subscribed
from tests.deployment.world import World
from tests.subscriptions.examples import organization_event_json

OF_NOBODY = "/estimates/create_subscription_for_items"
OF_CUSTOMER = "/customers/org_1/create_subscription_for_items_estimate"
STARTER = {"itemPriceId": "starter", "seats": 3}
GROWTH = {"itemPriceId": "growth", "seats": 4}
SUPPORT = {"itemPriceId": "priority-support"}
MOMENTS = 60
"""Seconds that may pass between asking and buying."""


def preview(world: World, body: dict[str, Any]) -> dict[str, Any]:
    answer = post(world, "subscriptions/preview", body)
    assert answer.status == 200, answer.text
    told: dict[str, Any] = answer.body
    return told


def provision(world: World) -> None:
    world.invoke("organizations/provision", sqs_event(organization_event_json()))


def bought(world: World, body: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The subscription as Chargebee has it after a checkout that was paid, and its invoices."""
    subscription_id = subscribed(world, body)
    held = world.chargebee.ask("GET", f"/subscriptions/{subscription_id}")["subscription"]
    invoices = world.chargebee.ask("GET", "/invoices", **{"customer_id[is]": "org_1"})["list"]
    return held, [each["invoice"] for each in invoices]


@pytest.mark.parametrize("addons", [[], [SUPPORT]])
def test_what_is_told_is_what_paying_bills(world: World, addons: list[dict[str, Any]]) -> None:
    told = preview(world, STARTER | {"addons": addons})
    held, [invoice] = bought(world, STARTER | {"addons": addons})
    assert (told["dueNow"]["amountDue"], told["nextInvoice"]) == (invoice["total"], None)
    assert told["dueNow"]["lines"][0]["periodEnd"] == told["nextBillingAt"]
    assert 0 <= held["next_billing_at"] - told["nextBillingAt"] <= MOMENTS


def test_a_trial_costs_nothing_now_and_tells_the_first_invoice_and_its_day(world: World) -> None:
    told = preview(world, GROWTH)
    assert (told["dueNow"], told["nextInvoice"]["total"]) == (None, 4 * 4900)
    held, invoices = bought(world, GROWTH)
    assert 0 <= held["trial_end"] - told["nextBillingAt"] <= MOMENTS
    assert invoices == []


def test_whoever_had_the_trial_pays_at_once(world: World) -> None:
    held, _ = bought(world, GROWTH)
    world.chargebee.ask("POST", f"/subscriptions/{held['id']}/cancel_for_items", cancel_option="immediately")
    deliver_everything(world)
    assert preview(world, GROWTH)["dueNow"]["amountDue"] == 4 * 4900


def test_a_coupon_and_the_customers_credits_are_taken_off(world: World) -> None:
    provision(world)
    half = {"id": "HALF", "name": "Half", "discount_type": "percentage", "discount_percentage": "50"}
    kind = {"apply_on": "invoice_amount", "duration_type": "forever"}
    world.chargebee.ask("POST", "/coupons/create_for_items", **half, **kind)
    world.chargebee.ask("POST", "/promotional_credits/add", customer_id="org_1", amount="900", description="sorry")
    due = preview(world, STARTER | {"coupons": ["HALF"]})["dueNow"]
    assert [each["couponId"] for each in due["discounts"]] == ["HALF"]
    assert (due["subtotal"], due["discount"], due["credits"], due["amountDue"]) == (5700, 2850, 900, 1950)


def test_nothing_is_done_for_a_preview_and_it_is_one_call(world: World) -> None:
    preview(world, STARTER)
    assert (world.chargebee.called(), world.items("ORG#")) == ([f"POST {OF_NOBODY}"], [])
    provision(world)
    before = world.items("ORG#")
    world.chargebee.forget_calls()
    preview(world, STARTER)
    assert (world.chargebee.called(), world.items("ORG#")) == ([f"POST {OF_CUSTOMER}"], before)


def test_for_a_customer_that_chargebee_has_no_more_it_is_told_as_for_somebody_new(world: World) -> None:
    provision(world)
    world.chargebee.ask("POST", "/customers/org_1/delete")
    assert preview(world, STARTER)["dueNow"]["total"] == 3 * 1900
    assert world.chargebee.called()[-2:] == [f"POST {OF_CUSTOMER}", f"POST {OF_NOBODY}"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"itemPriceId": "nope"}, 400, "unknown_plan"),
        ({"itemPriceId": "free"}, 400, "unknown_plan"),
        (STARTER | {"seats": 0}, 400, "invalid_seats"),
        (STARTER | {"seats": 6}, 400, "invalid_seats"),
        (STARTER | {"addons": [{"itemPriceId": "nope"}]}, 400, "unknown_plan"),
        (STARTER | {"addons": [SUPPORT, SUPPORT]}, 400, "invalid_request"),
        (STARTER | {"coupons": ["NOPE"]}, 400, "unknown_coupon"),
    ],
)
def test_what_a_checkout_refuses_a_preview_refuses(world: World, body: dict[str, Any], status: int, code: str) -> None:
    for function in ("subscriptions/preview", "subscriptions/create"):
        answer = post(world, function, body)
        assert (answer.status, answer.code) == (status, code)
    assert f"POST {OF_NOBODY}" not in world.chargebee.called()


def test_a_plan_for_others_and_one_that_is_sold_no_more_are_not_estimated(world: World) -> None:
    for sale in ({"sale": "private", "organizations": ["org_2"]}, {"sale": "retired"}):
        world.put(pk="PLAN", sk="growth", item_price_id="growth", name="Growth", **sale)
        forget_warm_state()
        assert post(world, "subscriptions/preview", GROWTH).code == "unknown_plan"


def test_a_deleted_organization_is_told_nothing(world: World) -> None:
    provision(world)
    world.invoke("organizations/provision", sqs_event(organization_event_json("organization.deleted") | {"id": "d1"}))
    answer = post(world, "subscriptions/preview", STARTER)
    assert (answer.status, answer.code) == (410, "organization_deleted")


@pytest.mark.parametrize("body", [{"seats": 4}, STARTER | {"at": "term_end"}, STARTER | {"subscriptionId": "nothing"}])
def test_without_a_subscription_there_is_nothing_to_change(world: World, body: dict[str, Any]) -> None:
    answer = post(world, "subscriptions/preview", body)
    assert (answer.status, answer.code) == (404, "subscription_not_found")


def test_an_item_price_that_the_site_lacks_is_the_operators(world: World) -> None:
    world.put(pk="PLAN", sk="unmade", item_price_id="unmade", name="Unmade")
    forget_warm_state()
    answer = post(world, "subscriptions/preview", {"itemPriceId": "unmade"})
    assert (answer.status, answer.code) == (409, "resource_not_found")


def test_in_another_line_it_is_a_purchase_and_in_the_same_a_change(world: World) -> None:
    world.put(pk="PLAN", sk="scale", item_price_id="scale", name="Scale", line="data")
    forget_warm_state()
    subscribed(world, STARTER)
    world.chargebee.forget_calls()
    told = preview(world, {"itemPriceId": "scale", "seats": 2})
    assert (told["dueNow"]["total"], len(listed(world))) == (2 * 9900, 1)
    preview(world, GROWTH)
    assert world.chargebee.called() == [f"POST {OF_CUSTOMER}", "POST /estimates/update_subscription_for_items"]
    assert create(world, {"itemPriceId": "scale"}).status == 200

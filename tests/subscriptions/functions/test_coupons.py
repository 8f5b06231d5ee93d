"""Coupons are checked before a page is opened, and redeemed with what is bought or changed there."""

from typing import Any

import pytest

from tests.deployment.subscriptions import create, deliver_everything, listed, post, subscribed
from tests.deployment.world import World

CHECKOUT = "/hosted_pages/checkout_new_for_items"
CHANGE = "/hosted_pages/checkout_existing_for_items"
GROWTH = {"itemPriceId": "growth", "seats": 5}
HALF = {
    "id": "HALF",
    "name": "Half",
    "discount_type": "percentage",
    "discount_percentage": "50",
    "apply_on": "invoice_amount",
    "duration_type": "forever",
}


def coupon(world: World, **fields: str) -> str:
    """One that the team has made on its site."""
    made: str = world.chargebee.ask("POST", "/coupons/create_for_items", **(HALF | fields))["coupon"]["id"]
    return made


def refused(world: World, *coupon_ids: str) -> tuple[int, str | None, bool]:
    """How buying with these is answered, and whether a page was opened for it."""
    world.chargebee.forget_calls()
    answer = create(world, GROWTH | {"coupons": list(coupon_ids)})
    return answer.status, answer.code, f"POST {CHECKOUT}" in world.chargebee.called()


def ids(subscription: dict[str, Any]) -> list[str]:
    return [each["id"] for each in subscription["coupons"]]


def test_what_is_bought_with_a_coupon_has_it_and_is_billed_less(world: World) -> None:
    subscribed(world, {"itemPriceId": "starter", "seats": 2, "coupons": [coupon(world)]})
    [held] = listed(world)
    assert held["coupons"] == [{"id": "HALF", "until": None}]
    [paid] = world.chargebee.ask("GET", "/invoices", **{"customer_id[is]": "org_1"})["list"]
    assert (paid["invoice"]["sub_total"], paid["invoice"]["total"]) == (3800, 1900)


def test_a_coupon_for_a_time_says_when_it_runs_out(world: World) -> None:
    limited = coupon(world, duration_type="limited_period", period="2", period_unit="month")
    subscribed(world, {"itemPriceId": "starter", "seats": 2, "coupons": [limited]})
    [held] = listed(world)
    assert held["coupons"][0]["until"] > held["periodEnd"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"valid_till": "1"}, "coupon_expired"),
        ({"valid_from": "4000000000"}, "coupon_not_started"),
        ({"max_redemptions": "0"}, "coupon_used_up"),
        ({"apply_on": "each_specified_item", "item_constraints[item_type][0]": "plan",
          "item_constraints[constraint][0]": "specific", "item_constraints[item_price_ids][0]": '["scale"]'},
         "coupon_not_applicable"),
    ],
)  # fmt: skip
def test_no_page_is_opened_for_a_coupon_that_does_not_hold(world: World, fields: dict[str, str], code: str) -> None:
    assert refused(world, coupon(world, **fields)) == (400, code, False)
    assert create(world, GROWTH).status == 200


def test_a_coupon_that_is_not_there_and_one_that_no_id_could_name_are_told_apart(world: World) -> None:
    assert refused(world, "NOPE") == (400, "unknown_coupon", False)
    assert refused(world, "../customers/org_1") == (400, "invalid_request", False)
    assert refused(world, "HALF", "HALF") == (400, "invalid_request", False)


def test_one_that_is_withdrawn_after_the_check_is_refused_in_the_same_words(world: World) -> None:
    refusal = {"api_error_code": "param_wrong_value", "param": "coupon_ids[0]", "message": "it has expired"}
    world.chargebee.fail(CHECKOUT, status=400, body=refusal)
    answer = create(world, GROWTH | {"coupons": [coupon(world)]})
    assert (answer.status, answer.code) == (409, "coupon_not_valid")
    world.chargebee.recover()
    assert create(world, GROWTH).status == 200


def test_another_coupon_is_another_page_of_the_same_subscription(world: World) -> None:
    plain, saving = create(world, GROWTH), create(world, GROWTH | {"coupons": [coupon(world)]})
    assert plain.body["subscriptionId"] == saving.body["subscriptionId"]
    assert plain.body["id"] != saving.body["id"]
    assert create(world, GROWTH | {"coupons": ["HALF"]}).body["id"] == saving.body["id"]


def test_a_change_redeems_a_coupon_and_its_preview_tells_what_that_takes_off(world: World) -> None:
    subscribed(world, {"itemPriceId": "starter", "seats": 2})
    world.chargebee.advance(10 * 86_400)
    body = {"seats": 4, "coupons": [coupon(world)]}
    told = post(world, "subscriptions/preview", body).body["nextInvoice"]
    assert told["discounts"] == [{"description": "Half", "amount": 3800, "couponId": "HALF"}]
    assert (told["subtotal"], told["discount"], told["total"]) == (7600, 3800, 3800)
    world.chargebee.pay(post(world, "subscriptions/update", body).body["id"])
    deliver_everything(world)
    [held] = listed(world)
    assert (held["seats"], ids(held)) == (4, ["HALF"])


def test_a_coupon_alone_is_a_change_once(world: World) -> None:
    subscribed(world, {"itemPriceId": "starter", "seats": 2, "coupons": [coupon(world)]})
    body = {"coupons": ["HALF"]}
    assert post(world, "subscriptions/update", body).code == "nothing_to_change"
    body["coupons"].append(coupon(world, id="TENTH", discount_percentage="10"))
    world.chargebee.pay(post(world, "subscriptions/update", body).body["id"])
    deliver_everything(world)
    [held] = listed(world)
    assert (held["seats"], ids(held)) == (2, ["HALF", "TENTH"])


@pytest.mark.parametrize("function", ["subscriptions/update", "subscriptions/preview"])
def test_a_change_with_a_coupon_that_does_not_hold_is_refused_before_anything_is_asked(
    world: World, function: str
) -> None:
    subscribed(world, {"itemPriceId": "starter", "seats": 2})
    coupon(world, valid_till="1")
    world.chargebee.forget_calls()
    answer = post(world, function, {"seats": 3, "coupons": ["HALF"]})
    assert (answer.status, answer.code) == (400, "coupon_expired")
    assert world.chargebee.called() == ["GET /coupons/HALF"]

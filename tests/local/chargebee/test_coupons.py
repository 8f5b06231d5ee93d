"""Coupons: who may redeem one, and what it takes off."""

from typing import Any

import pytest
from chargebee import InvalidRequestError

from tests.local.chargebee.world import DAY, MONTH, Vendor

GROWTH = {"subscription_items": [{"item_price_id": "growth", "quantity": 2}]}
HALF: dict[str, Any] = {
    "id": "HALF",
    "name": "Half",
    "discount_type": "percentage",
    "discount_percentage": 50.0,
    "apply_on": "invoice_amount",
    "duration_type": "forever",
}
ONLY_GROWTH = [{"item_type": "plan", "constraint": "specific", "item_price_ids": '["growth"]'}]


def coupon(world: Vendor, **fields: Any) -> str:
    return str(world.sdk.Coupon.create_for_items(HALF | fields).coupon.id)


def bought(world: Vendor, *coupon_ids: str) -> Any:
    world.customer("org_1", "ok")
    return world.sdk.Subscription.create_with_items("org_1", {"id": "sub_1", **GROWTH, "coupon_ids": list(coupon_ids)})


def totals(world: Vendor) -> list[int]:
    return [each.invoice.total for each in world.sdk.Invoice.list({"sort_by": {"asc": "date"}}).list]


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        ({"duration_type": "forever"}, [4900, 4900, 4900, 4900]),
        ({"duration_type": "one_time"}, [4900, 9800, 9800, 9800]),
        ({"duration_type": "limited_period", "period": 2, "period_unit": "month"}, [4900, 4900, 9800, 9800]),
    ],
)
def test_a_coupon_lasts_as_long_as_it_says(world: Vendor, duration: dict[str, Any], expected: list[int]) -> None:
    bought(world, coupon(world, **duration))
    for _ in range(3):
        world.advance(MONTH)
    assert totals(world) == expected


def test_an_invoice_shows_what_each_coupon_takes_off_in_the_documented_order(world: Vendor) -> None:
    coupon(world)
    fixed = {"discount_type": "fixed_amount", "discount_amount": 800, "currency_code": "USD"}
    coupon(world, id="EIGHT", apply_on="each_specified_item", item_constraints=ONLY_GROWTH, **fixed)
    invoice = bought(world, "HALF", "EIGHT").invoice
    assert [(each.entity_id, each.entity_type, each.amount) for each in invoice.discounts] == [
        ("EIGHT", "item_level_coupon", 800),
        ("HALF", "document_level_coupon", 4500),
    ]
    assert (invoice.sub_total, invoice.total, invoice.amount_paid) == (9000, 4500, 4500)
    [line] = invoice.line_items
    assert (line.discount_amount, line.item_level_discount_amount) == (5300, 800)


def test_an_estimate_has_the_coupons_that_the_invoice_will_have(world: Vendor) -> None:
    world.subscribe("sub_1")
    coupon(world, duration_type="one_time")
    change = {"subscription_items": [{"item_price_id": "growth", "quantity": 4}], "coupon_ids": ["HALF"]}
    told = world.sdk.Estimate.update_subscription_for_items({"subscription": {"id": "sub_1"}, **change}).estimate
    billed = world.sdk.Subscription.update_for_items("sub_1", change)
    assert told.invoice_estimate.total == billed.invoice.total == billed.invoice.sub_total // 2
    assert told.next_invoice_estimate.total == 4 * 4900
    assert billed.subscription.coupons is None


def test_a_coupon_of_a_scheduled_change_is_redeemed_with_it(world: Vendor) -> None:
    world.subscribe("sub_1")
    coupon(world)
    world.sdk.Subscription.update_for_items("sub_1", {**GROWTH, "coupon_ids": ["HALF"], "end_of_term": True})
    assert world.subscription().coupons is None
    world.advance(MONTH)
    [held] = world.subscription().coupons
    assert (held.coupon_id, held.applied_count) == ("HALF", 1)


def test_named_coupons_are_added_unless_they_replace_the_list(world: Vendor) -> None:
    coupon(world), coupon(world, id="TENTH", discount_percentage=10.0)
    bought(world, "HALF")
    update = world.sdk.Subscription.update_for_items

    def held(**params: Any) -> list[str]:
        found = update("sub_1", {**GROWTH, **params}).subscription.coupons
        return [each.coupon_id for each in found]

    assert held(coupon_ids=["TENTH"]) == ["HALF", "TENTH"]
    assert held(coupon_ids=["TENTH"], replace_coupon_list=True) == ["TENTH"]
    assert world.sdk.Coupon.retrieve("TENTH").coupon.redemptions == 1


@pytest.mark.parametrize(
    ("fields", "later"),
    [
        ({"valid_till": 2 * DAY}, 3 * DAY),
        ({"valid_from": 9 * DAY}, 0),
        ({"max_redemptions": 0}, 0),
        ({"discount_type": "fixed_amount", "discount_amount": 1, "currency_code": "EUR"}, 0),
        ({"apply_on": "each_specified_item", "item_constraints": [{"item_type": "addon", "constraint": "all"}]}, 0),
    ],
)
def test_a_coupon_that_does_not_hold_is_refused_by_name(world: Vendor, fields: dict[str, Any], later: int) -> None:
    dated = {name: world.now() + value if name.startswith("valid") else value for name, value in fields.items()}
    coupon(world, **dated)
    world.advance(later)
    with pytest.raises(InvalidRequestError) as refused:
        bought(world, "HALF")
    assert refused.value.json_obj["param"] == "coupon_ids[0]"
    assert not world.sdk.Subscription.list({}).list


def test_a_coupon_that_is_withdrawn_before_the_page_is_paid_closes_the_offer(world: Vendor) -> None:
    world.customer("org_1")
    page = world.open_checkout(coupon_ids=[coupon(world)])
    world.control("POST", "/coupons/HALF/archive")
    assert world.sdk.Coupon.retrieve("HALF").coupon.status == "archived"
    assert world.http.post(f"/_sim/hosted_pages/{page.id}/pay", json={"card": "ok"}).status_code == 400
    assert not world.sdk.Subscription.list({}).list


def test_a_page_asks_for_what_the_coupon_leaves(world: Vendor) -> None:
    world.customer("org_1")
    page = world.open_checkout(coupon_ids=[coupon(world)])
    assert "Pay USD 49.00" in world.http.get(f"/pages/v4/{page.id}/").text
    world.pay(page.id)
    assert totals(world) == [4900]

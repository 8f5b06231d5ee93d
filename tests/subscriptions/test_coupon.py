"""Whether a coupon may be redeemed, as Chargebee describes it and before Chargebee is asked to redeem it."""

from typing import Any

import pytest

from billing.chargebee.read_coupon import read_coupon
from billing.core.errors import InvalidRequest
from billing.subscriptions.domain.coupon import (
    CouponExpired,
    CouponNotApplicable,
    CouponNotStarted,
    CouponNotValid,
    CouponUsedUp,
    check_coupon,
)

NOW = 1_790_000_000
BOUGHT = [("plan", "growth"), ("addon", "support")]
EACH_ITEM = {"apply_on": "each_specified_item"}


def coupon_json(**fields: Any) -> dict[str, Any]:
    """A percentage off every invoice, as https://apidocs.chargebee.com/docs/api/coupons shows one."""
    return {
        "id": "HALF",
        "name": "Half",
        "discount_type": "percentage",
        "discount_percentage": 50.0,
        "duration_type": "forever",
        "status": "active",
        "apply_discount_on": "not_applicable",
        "apply_on": "invoice_amount",
        "created_at": NOW - 100,
        "redemptions": 0,
        "deleted": False,
        "object": "coupon",
    } | fields


def constraint(item_type: str, kind: str, *item_price_ids: str) -> dict[str, Any]:
    named = {"item_price_ids": list(item_price_ids)} if item_price_ids else {}
    return {"item_type": item_type, "constraint": kind, "object": "item_constraint", **named}


def check(**fields: Any) -> None:
    check_coupon(read_coupon(coupon_json(**fields)), BOUGHT, "USD", NOW)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"valid_from": NOW, "valid_till": NOW + 1, "max_redemptions": 2, "redemptions": 1},
        {"discount_type": "fixed_amount", "discount_amount": 5, "currency_code": "USD"},
        {"currency_code": "EUR"},
        EACH_ITEM,
        {**EACH_ITEM, "item_constraints": [constraint("plan", "all")]},
        {**EACH_ITEM, "item_constraints": [constraint("plan", "none"), constraint("addon", "specific", "support")]},
        {**EACH_ITEM, "item_constraints": [constraint("plan", "criteria")]},
        {"item_constraints": [constraint("plan", "none")]},
    ],
)
def test_what_is_for_these_items_and_holds_now_may_be_redeemed(fields: dict[str, Any]) -> None:
    check(**fields)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"status": "expired"}, CouponExpired),
        ({"valid_till": NOW}, CouponExpired),
        ({"status": "future"}, CouponNotStarted),
        ({"valid_from": NOW + 1}, CouponNotStarted),
        ({"status": "archived"}, CouponNotValid),
        ({"deleted": True}, CouponNotValid),
        ({"status": "of_tomorrow"}, CouponNotValid),
        ({"max_redemptions": 3, "redemptions": 3}, CouponUsedUp),
        ({"discount_type": "fixed_amount", "discount_amount": 5, "currency_code": "EUR"}, CouponNotApplicable),
        ({**EACH_ITEM, "item_constraints": [constraint("plan", "specific", "scale")]}, CouponNotApplicable),
        ({**EACH_ITEM, "item_constraints": [constraint("charge", "all")]}, CouponNotApplicable),
        ({**EACH_ITEM, "item_constraints": [constraint("plan", "none")]}, CouponNotApplicable),
    ],
)
def test_anything_else_is_refused_for_its_reason(fields: dict[str, Any], error: type[CouponNotValid]) -> None:
    with pytest.raises(CouponNotValid) as refused:
        check(**fields)
    assert type(refused.value) is error


@pytest.mark.parametrize("fields", [{"id": None}, {"status": None}, {**EACH_ITEM, "item_constraints": ["all"]}])
def test_a_coupon_of_no_known_shape_is_not_guessed_at(fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        read_coupon(coupon_json(**fields))

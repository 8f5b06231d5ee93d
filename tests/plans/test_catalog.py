from typing import Any

import pytest

from billing.core.clock import Lifetime
from billing.core.errors import InvalidCatalog
from billing.plans.catalog import read_catalog
from billing.plans.catalog_plans import read_plans
from billing.plans.plan import Addon, Plan, Price

PRICE = {"amount": 4900, "currency": "USD", "period": "month", "per_seat": True}
FREE: dict[str, Any] = {"item_price_id": "free", "name": "Free", "default": True}
PLAN: dict[str, Any] = {
    "item_price_id": "growth",
    "name": "Growth",
    "limits": {"seats": 25, "projects": "unlimited"},
    "trial_days": 14,
    "price": PRICE,
}
ADDON: dict[str, Any] = {"item_price_id": "support", "name": "Support", "max_quantity": 3}


def read_plan(entry: dict[str, Any]) -> Plan:
    [plan] = read_plans(entry)
    return plan


def without(entry: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key != name}


def test_a_full_entry_is_read_to_the_letter() -> None:
    catalog = read_catalog({"plan": [PLAN], "addon": [ADDON]})
    assert catalog.plan("growth") == Plan(
        "growth", "Growth", {"seats": 25, "projects": None}, 14, Price(4900, "USD", "month", per_seat=True)
    )
    assert catalog.addons == {"support": Addon("support", "Support", 3)}


def test_what_may_be_left_out_has_the_cautious_value() -> None:
    catalog = read_catalog(
        {"plan": [{"item_price_id": "free", "name": "Free"}], "addon": [without(ADDON, "max_quantity")]}
    )
    assert catalog.plan("free") == Plan("free", "Free", {}, trial_days=0, price=None)
    assert catalog.addons["support"].max_quantity == 1


def test_top_ups_last_for_ever_or_for_days_or_months() -> None:
    assert read_catalog({"plan": [PLAN]}).top_up_lifetime is None
    for lifetime in (Lifetime(days=90), Lifetime(months=12)):
        unit, count = str(lifetime).split()[::-1]
        document = {"plan": [PLAN], "top_up": {"expires_after": {unit: int(count)}}}
        assert read_catalog(document).top_up_lifetime == lifetime


def test_a_limit_of_zero_is_a_limit_and_not_the_absence_of_one() -> None:
    assert read_plan(PLAN | {"limits": {"seats": 0}}).limits["seats"] == 0


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ({}, "plan"),
        ({"plan": [PLAN], "plans": []}, "plans"),
        ({"plan": PLAN}, "plan"),
        ({"plan": ["growth"]}, "plan"),
        ({"plan": [PLAN], "addon": ADDON}, "addon"),
        ({"plan": [PLAN], "top_up": []}, "top_up must be one table"),
        ({"plan": [PLAN], "top_up": {}}, "expires_after"),
        ({"plan": [PLAN], "top_up": {"expires_after": 12}}, "so many days or so many months"),
        ({"plan": [PLAN], "top_up": {"expires_after": {"days": 1, "months": 1}}}, "so many days or so many months"),
        ({"plan": [PLAN], "top_up": {"expires_after": {"years": 1}}}, "years"),
        ({"plan": [PLAN], "top_up": {"expires_after": {"months": 0}}}, "months must be a whole number from 1"),
        ({"plan": [PLAN], "top_up": {"expires_after": {"months": 121}}}, "months must be 120 at most"),
        ({"plan": [PLAN, PLAN]}, "twice"),
        ({"plan": [PLAN], "addon": [ADDON, ADDON]}, "twice"),
        ({"plan": [PLAN], "addon": [ADDON | {"item_price_id": "growth"}]}, "twice"),
        ({"plan": [PLAN], "addon": [ADDON | {"max_quantity": 0}]}, "max_quantity"),
        ({"plan": [PLAN], "addon": [ADDON | {"max_quantity": "3"}]}, "max_quantity"),
        ({"plan": [PLAN], "addon": [ADDON | {"price": 1}]}, "price"),
        ({"plan": [PLAN], "addon": [without(ADDON, "name")]}, "name"),
    ],
)
def test_a_catalog_that_is_not_exactly_right_is_refused_with_the_place(document: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidCatalog, match=named):
        read_catalog(document)


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        ({}, "item_price_id"),
        (PLAN | {"item_price_id": ""}, "item_price_id"),
        (PLAN | {"item_price_id": 7}, "item_price_id"),
        (without(PLAN, "name"), "'growth' lacks 'name'"),
        (PLAN | {"name": "  "}, "'growth': name"),
        (PLAN | {"trail_days": 14}, "'growth' has an unknown field 'trail_days'"),
        (PLAN | {"trial_days": -1}, "'growth': trial_days"),
        (PLAN | {"grace_days": -1}, "'growth': grace_days"),
        (PLAN | {"min_seats": 0}, "'growth': min_seats"),
        (PLAN | {"seat_step": 1.5}, "'growth': seat_step"),
        (PLAN | {"seat_step": None}, "'growth': seat_step"),
        (PLAN | {"min_seats": 6, "seat_step": 5, "limits": {"seats": 9}}, "sold from 10 seats on"),
        (PLAN | {"follow_members": "no"}, "'growth': follow_members"),
        (FREE | {"min_seats": 2}, "of which no seats are sold"),
        (FREE | {"seat_step": 2}, "of which no seats are sold"),
        (PLAN | {"grace_days": None}, "'growth': grace_days"),
        (PLAN | {"trial_days": 1.5}, "'growth': trial_days"),
        (PLAN | {"trial_days": True}, "'growth': trial_days"),
        (PLAN | {"trial_days": "14"}, "'growth': trial_days"),
        (PLAN | {"limits": 5}, "'growth': limits"),
        (PLAN | {"limits": {"seats": -1}}, "'growth': limit 'seats'"),
        (PLAN | {"limits": {"seats": None}}, "'growth': limit 'seats'"),
        (PLAN | {"limits": {"seats": "Unlimited"}}, "'growth': limit 'seats'"),
        (PLAN | {"limits": {"seats": 2.5}}, "'growth': limit 'seats'"),
        (PLAN | {"price": 4900}, "'growth': price"),
        (PLAN | {"price": without(PRICE, "currency")}, "'growth': price lacks 'currency'"),
        (PLAN | {"price": PRICE | {"currency": "usd"}}, "'growth': currency"),
        (PLAN | {"price": PRICE | {"currency": "Dollars"}}, "'growth': currency"),
        (PLAN | {"price": PRICE | {"amount": 49.0}}, "'growth': amount"),
        (PLAN | {"price": PRICE | {"amount": -1}}, "'growth': amount"),
        (PLAN | {"price": PRICE | {"period": "fortnight"}}, "'growth': period"),
        (PLAN | {"price": PRICE | {"period": ["month"]}}, "'growth': period"),
        (PLAN | {"price": PRICE | {"per_seat": "yes"}}, "'growth': per_seat"),
        (PLAN | {"price": PRICE | {"tax": 19}}, "'growth': price has an unknown field 'tax'"),
    ],
)
def test_a_plan_that_is_not_exactly_right_is_refused_by_name(entry: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidCatalog, match=named):
        read_plan(entry)

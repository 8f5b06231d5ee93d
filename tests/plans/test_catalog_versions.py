"""Plans and add-ons with a name of their own and several prices, beside entries of one item price."""

from typing import Any

import pytest

from billing.core.errors import InvalidCatalog
from billing.plans.catalog import read_catalog
from billing.plans.catalog_plans import RefusedPlan, read_plans, read_row
from billing.plans.feature import Counted, Reset, Switch
from billing.plans.plan import Addon, Plan, Price, Sale

MONTHLY = {"item_price_id": "growth", "amount": 4900, "currency": "USD", "period": "month", "per_seat": True}
YEARLY = {"item_price_id": "growth-EUR-yearly", "amount": 49000, "currency": "EUR", "period": "year"}
GROWTH: dict[str, Any] = {"id": "growth", "name": "Growth", "prices": [MONTHLY, YEARLY]}
OF_ONE_PRICE: dict[str, Any] = {"item_price_id": "starter", "name": "Starter"}
SEATS: dict[str, Any] = {
    "id": "more",
    "name": "More",
    "prices": [MONTHLY | {"item_price_id": "more-monthly"}, YEARLY | {"item_price_id": "more-yearly"}],
    "limits": {"seats": 10, "calls": 500},
    "features": {"sso": True},
    "max_quantity": 3,
}
LIMITED = GROWTH | {"limits": {"seats": 5}, "features": {"calls": {"limit": 10}}}


def test_a_plan_says_once_what_all_of_its_prices_give() -> None:
    seats = {"min_seats": 2, "seat_step": 2, "follow_members": False}
    entry = LIMITED | {"trial_days": 14, "grace_days": 3, "line": "analytics", **seats}
    monthly, yearly = read_plans(entry)
    assert monthly == Plan(
        "growth",
        "Growth",
        {"seats": 5},
        14,
        Price(4900, "USD", "month", per_seat=True),
        features={"calls": Counted("calls", 10, Reset.TERM)},
        grace_days=3,
        own_id="growth",
        line="analytics",
        min_seats=2,
        seat_step=2,
        follow_members=False,
    )
    assert (yearly.id, yearly.item_price_id, yearly.price) == (
        "growth",
        "growth-EUR-yearly",
        Price(49000, "EUR", "year"),
    )
    assert (yearly.limits, yearly.features, yearly.line) == (monthly.limits, monthly.features, monthly.line)


def test_a_name_stands_for_all_of_its_prices_and_an_item_price_for_itself() -> None:
    catalog = read_catalog({"plan": [LIMITED, OF_ONE_PRICE], "addon": [SEATS]})
    assert catalog.priced("growth") == ("growth", "growth-EUR-yearly")
    assert catalog.priced("growth-EUR-yearly") == ("growth-EUR-yearly",)
    assert catalog.priced("starter") == ("starter",)
    assert catalog.priced("more") == ("more-monthly", "more-yearly")
    assert catalog.priced("nope") == ()


def test_an_allowance_starts_over_with_the_paid_term_and_an_older_entrys_with_the_month() -> None:
    calls = {"features": {"calls": {"limit": 10}, "daily": {"limit": 1, "reset": "day"}}}
    resets = [
        [each.reset for each in read_plans(entry | calls)[0].features.values() if isinstance(each, Counted)]
        for entry in (GROWTH, OF_ONE_PRICE, {"id": "free", "name": "Free", "default": True})
    ]
    assert resets == [[Reset.TERM, Reset.DAY], [Reset.MONTH, Reset.DAY], [Reset.MONTH, Reset.DAY]]


def test_the_default_plan_needs_no_price() -> None:
    [free] = read_plans({"id": "free", "name": "Free", "default": True})
    assert (free.id, free.item_price_id, free.price, free.default) == ("free", "free", None, True)


def test_an_addon_raises_limits_and_brings_features_whichever_of_its_prices_is_bought() -> None:
    catalog = read_catalog({"plan": [LIMITED], "addon": [SEATS]})
    assert catalog.addons["more-monthly"] == Addon(
        "more-monthly",
        "More",
        3,
        "more",
        {"seats": 10, "calls": 500},
        {"sso": Switch("sso")},
        Price(4900, "USD", "month", per_seat=True),
    )
    assert catalog.addons["more-yearly"].id == "more"
    catalog.check_feature("sso")


# --- how it is sold -------------------------------------------------------------------------------


def test_a_plan_is_sold_unless_it_says_otherwise() -> None:
    assert [plan.sale for plan in (*read_plans(GROWTH), *read_plans(OF_ONE_PRICE))] == [Sale.SOLD] * 3


def test_a_plan_that_is_sold_is_sold_to_everybody() -> None:
    assert read_plans(OF_ONE_PRICE)[0].sold_to("org_1")


def test_a_retired_plan_is_sold_to_nobody() -> None:
    assert not any(plan.sold_to("org_1") for plan in read_plans(GROWTH | {"sale": "retired"}))


def test_one_price_of_a_plan_may_be_retired() -> None:
    monthly, yearly = read_plans(GROWTH | {"prices": [MONTHLY, YEARLY | {"sale": "retired"}]})
    assert (monthly.sold_to("org_1"), yearly.sold_to("org_1")) == (True, False)


def test_a_private_plan_is_sold_to_the_organizations_that_it_names() -> None:
    [plan] = read_plans(OF_ONE_PRICE | {"sale": "private", "organizations": ["org_1"]})
    assert (plan.sold_to("org_1"), plan.sold_to("org_2")) == (True, False)


@pytest.mark.parametrize(
    ("sale", "buyers"), [({"sale": "private", "organizations": ["org_1"]}, ["org_1"]), ({"sale": "retired"}, [])]
)
def test_a_price_that_is_sold_is_sold_to_nobody_but_the_buyers_of_its_plan(
    sale: dict[str, Any], buyers: list[str]
) -> None:
    [plan] = read_plans(GROWTH | sale | {"prices": [MONTHLY | {"sale": "sold"}]})
    assert [each for each in ("org_1", "org_2") if plan.sold_to(each)] == buyers


def test_a_price_of_an_addon_that_is_retired_is_not_sold_either() -> None:
    catalog = read_catalog(
        {
            "plan": [LIMITED],
            "addon": [SEATS | {"sale": "retired", "prices": [MONTHLY | {"item_price_id": "more", "sale": "sold"}]}],
        }
    )
    assert [addon.sale for addon in catalog.addons.values()] == [Sale.RETIRED]


def test_the_default_plan_is_sold_to_nobody() -> None:
    assert not read_plans({"id": "free", "name": "Free", "default": True})[0].sold_to("org_1")


# --- what is not exactly right --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        (GROWTH | {"id": ""}, "id must be text"),
        (GROWTH | {"id": "a/b"}, "id 'a/b' is a name that no request could use"),
        (GROWTH | {"item_price_id": "growth"}, "'growth' has an unknown field 'item_price_id'"),
        (GROWTH | {"price": 1}, "'growth' has an unknown field 'price'"),
        (OF_ONE_PRICE | {"prices": [MONTHLY]}, "'starter' has an unknown field 'prices'"),
        ({"id": "growth", "name": "Growth"}, "'growth': prices"),
        (GROWTH | {"prices": []}, "'growth': prices"),
        (GROWTH | {"prices": MONTHLY}, "'growth': prices"),
        (GROWTH | {"prices": ["growth"]}, "'growth': price 1 must be a table"),
        (GROWTH | {"prices": [MONTHLY, {}]}, "'growth': price 2: item_price_id must be text"),
        (GROWTH | {"prices": [{"item_price_id": "x"}]}, "'growth': price 1: price lacks 'amount'"),
        (GROWTH | {"prices": [MONTHLY | {"amount": -1}]}, "'growth': price 1: amount"),
        (GROWTH | {"prices": [MONTHLY | {"sale": "private"}]}, "'growth': price 1: sale must be one of retired, sold"),
        (GROWTH | {"sale": "archived"}, "'growth': sale must be one of private, retired, sold"),
        (GROWTH | {"sale": "private"}, "'growth': organizations"),
        (GROWTH | {"organizations": ["org_1"]}, "'growth': organizations"),
        (GROWTH | {"sale": "private", "organizations": "org_1"}, "'growth': organizations"),
        (GROWTH | {"sale": "private", "organizations": ["a b"]}, "'growth': organizations has 'a b'"),
        (GROWTH | {"sale": "private", "organizations": [1]}, "'growth': organizations has 1"),
        (GROWTH | {"line": "a b"}, "'growth': line"),
        ({"id": "free", "name": "Free", "default": True, "prices": [MONTHLY]}, "'free' is the default"),
        ({"id": "free", "name": "Free", "default": True, "sale": "retired"}, "'free' is the default"),
        ({"id": "free", "name": "Free", "default": True, "line": "x"}, "'free' is the default"),
        ({"id": "free", "name": "Free", "default": False}, "'free': prices"),
    ],
)
def test_a_plan_that_is_not_exactly_right_is_refused_with_the_place(entry: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidCatalog, match=named):
        read_plans(entry)


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ({"plan": [GROWTH, GROWTH | {"prices": [YEARLY | {"item_price_id": "other"}]}]}, "'growth' appears twice"),
        (
            {"plan": [GROWTH, OF_ONE_PRICE | {"item_price_id": "growth-EUR-yearly"}]},
            "'growth-EUR-yearly' appears twice",
        ),
        ({"plan": [GROWTH | {"prices": [MONTHLY, MONTHLY]}]}, "item price 'growth' appears twice"),
        (
            {"plan": [GROWTH | {"id": "pro"}, GROWTH | {"prices": [MONTHLY | {"item_price_id": "growth-2"}]}]},
            "'growth' is the name of one plan",
        ),
        ({"plan": [LIMITED], "addon": [SEATS | {"id": "growth"}]}, "'growth' appears twice"),
        ({"plan": [LIMITED], "addon": [SEATS | {"limits": {"cals": 1}}]}, "'more': limits raises 'cals'"),
        ({"plan": [LIMITED], "addon": [SEATS | {"limits": {"calls": 0}}]}, "'more': limit 'calls'"),
        ({"plan": [LIMITED], "addon": [SEATS | {"limits": {"calls": "unlimited"}}]}, "'more': limit 'calls'"),
        ({"plan": [LIMITED], "addon": [SEATS | {"limits": 5}]}, "'more': limits"),
        ({"plan": [LIMITED], "addon": [SEATS | {"features": {"calls": True}}]}, "'more': feature 'calls' is on or off"),
        (
            {"plan": [LIMITED], "addon": [SEATS | {"features": {"calls": {"limit": {"per_seat": 1}}}}]},
            "'more': feature 'calls' is multiplied by the add-on's quantity",
        ),
        ({"plan": [LIMITED], "addon": [SEATS | {"sale": "private"}]}, "'more': sale"),
        ({"plan": [LIMITED], "addon": [SEATS | {"prices": []}]}, "'more': prices"),
        ({"plan": [LIMITED], "addon": [{"id": "more", "name": "More"}]}, "'more' lacks 'prices'"),
    ],
)
def test_entries_that_do_not_go_together_are_refused_with_the_place(document: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidCatalog, match=named):
        read_catalog(document)


def test_a_row_of_the_table_is_read_as_an_entry_of_the_file() -> None:
    assert read_row({"pk": "PLAN", "sk": "growth", **GROWTH}) == read_plans(GROWTH)
    assert read_row({"pk": "PLAN", "sk": "starter", **OF_ONE_PRICE}) == read_plans(OF_ONE_PRICE)


def test_a_row_under_another_plans_name_is_refused() -> None:
    refused = read_row({"pk": "PLAN", "sk": "pro", **GROWTH})
    assert isinstance(refused, RefusedPlan)
    assert refused.key == "pro"
    assert "plan 'growth' is in the row of 'pro'" in refused.problem


def test_an_addon_may_raise_what_another_plan_has_without_counting() -> None:
    top = {"item_price_id": "top", "name": "Top", "features": {"calls": True}}
    raising = SEATS | {"features": {}}
    for plans in ([LIMITED, top], [top, LIMITED]):
        assert read_catalog({"plan": plans, "addon": [raising]}).addons["more-monthly"].limits["calls"] == 500


def test_an_addon_that_is_of_another_kind_than_any_plan_is_refused_in_whatever_order() -> None:
    top = {"item_price_id": "top", "name": "Top", "features": {"calls": True}}
    switching = SEATS | {"limits": {}, "features": {"calls": True}}
    for plans in ([LIMITED, top], [top, LIMITED]):
        with pytest.raises(InvalidCatalog, match="'more': feature 'calls' is on or off"):
            read_catalog({"plan": plans, "addon": [switching]})

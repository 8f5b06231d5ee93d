from typing import Any

import pytest

from billing.core.errors import InvalidCatalog
from billing.core.money import Money
from billing.plans.catalog import read_catalog
from billing.plans.catalog_features import read_features
from billing.plans.catalog_plans import read_plans
from billing.plans.feature import Counted, Feature, Overage, Reset, Switch, UnitPrice

PRICE = {"micros": 20_000, "currency": "USD"}
EUROS = {"micros": 18_000, "currency": "EUR"}


def read(value: Any) -> Feature | None:
    return read_features({"calls": value}, "plan 'growth'").get("calls")


def test_a_switch_is_on_or_there_is_none() -> None:
    assert read(True) == Switch("calls")
    assert read(False) is None


def test_whatever_is_not_said_is_the_cautious_choice() -> None:
    """A hard limit, by the month, and nothing for sale."""
    assert read({"limit": 10}) == Counted("calls", limit=10, reset=Reset.MONTH, overage=Overage.DENY, prices=())


def test_a_full_entry_is_read_to_the_letter() -> None:
    large = {"micros": 90_000, "currency": "USD", "when": {"model": "large"}}
    found = read(
        {
            "limit": "unlimited",
            "reset": "term",
            "overage": "wallet",
            "price": PRICE,
            "prices": [large],
            "item_price_id": "m",
        }
    )
    assert found == Counted(
        "calls",
        limit=None,
        reset=Reset.TERM,
        overage=Overage.WALLET,
        prices=(UnitPrice(Money(90_000, "USD"), {"model": "large"}), UnitPrice(Money(20_000, "USD"))),
        item_price_id="m",
    )


def test_what_rolls_over_is_read_in_the_steps_of_the_feature() -> None:
    rolling = {"limit": 10, "decimals": 2, "rollover": {"max": "2.5"}}
    assert read(rolling) == Counted("calls", limit=1_000, decimals=2, rollover=250)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"rollover": 5}, "rollover must be a table"),
        ({"rollover": {"limit": 5}}, "rollover has an unknown field 'limit'"),
        ({"rollover": {"max": 0}}, "max must be more than nothing"),
        ({"rollover": {"max": "1.5"}}, "max must be"),
        ({"limit": "unlimited"}, "needs a limit that starts over"),
        ({"reset": "never"}, "needs a limit that starts over"),
        ({"item_price_id": "m"}, "needs a feature without an item_price_id"),
    ],
)
def test_what_cannot_roll_over_is_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(InvalidCatalog, match=why):
        read({"limit": 10, "rollover": {"max": 5}} | changes)


def test_the_price_without_dimensions_is_the_last_to_be_tried() -> None:
    large = {"micros": 90_000, "currency": "USD", "when": {"model": "large"}}
    found = read({"limit": 1, "price": PRICE, "prices": [large]})
    assert isinstance(found, Counted)
    assert [found.price(each) for each in ({"model": "large", "x": "y"}, {"model": "small"}, {})] == [
        found.prices[0].amount,
        found.prices[1].amount,
        found.prices[1].amount,
    ]


def test_a_feature_may_be_priced_in_several_currencies_and_each_is_whole() -> None:
    large = EUROS | {"when": {"model": "large"}, "micros": 90_000}
    found = read({"limit": 1, "overage": "wallet", "price": PRICE, "prices": [large, EUROS]})
    assert isinstance(found, Counted)
    euros, dollars = found.priced_in(["EUR"]), found.priced_in(["CHF", "USD"])
    assert (euros.price({"model": "large"}), euros.price({})) == (Money(90_000, "EUR"), Money(18_000, "EUR"))
    assert dollars.prices == (UnitPrice(Money(20_000, "USD")),)
    assert found.priced_in(["CHF"]) == euros, "the first of the entry, where there is none in the currency"
    assert Counted("calls", limit=1).priced_in(["EUR"]).prices == ()


def test_a_limit_may_be_for_each_seat() -> None:
    assert read({"limit": {"per_seat": 1000}}) == Counted("calls", limit=1000, per_seat=True)


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (None, "calls"),
        (10, "calls"),
        ("unlimited", "calls"),
        ({}, "limit"),
        ({"limit": -1}, "limit"),
        ({"limit": 1.5}, "limit"),
        ({"limit": True}, "limit"),
        ({"limit": None}, "limit"),
        ({"limit": "infinite"}, "limit"),
        ({"limit": 1, "quota": 2}, "quota"),
        ({"limit": 1, "reset": "fortnight"}, "reset"),
        ({"limit": 1, "reset": ["day"]}, "reset"),
        ({"limit": 1, "overage": "maybe"}, "overage"),
        ({"limit": 1, "overage": True}, "overage"),
        ({"limit": 1, "overage": "wallet"}, "price"),
        ({"limit": 1, "overage": "wallet", "prices": [PRICE | {"when": {"a": "b"}}]}, "price"),
        ({"limit": 1, "price": 5}, "price"),
        ({"limit": 1, "price": {"micros": -1, "currency": "USD"}}, "micros"),
        ({"limit": 1, "price": {"micros": 1.5, "currency": "USD"}}, "micros"),
        ({"limit": 1, "price": {"micros": 1}}, "currency"),
        ({"limit": 1, "price": PRICE | {"currency": "usd"}}, "currency"),
        ({"limit": 1, "price": PRICE | {"currency": "DOLLAR"}}, "currency"),
        ({"limit": 1, "price": PRICE | {"when": {"a": 1}}}, "when"),
        ({"limit": 1, "prices": PRICE}, "prices"),
        (
            {"limit": 1, "overage": "wallet", "price": PRICE, "prices": [EUROS | {"when": {"a": "b"}}]},
            "a price without 'when' in EUR",
        ),
        ({"limit": {}}, "limit lacks 'per_seat'"),
        ({"limit": {"per_seat": "unlimited"}}, "per_seat"),
        ({"limit": {"per_seat": 1, "per_team": 1}}, "limit has an unknown field 'per_team'"),
        ({"limit": 1, "item_price_id": 7}, "item_price_id"),
    ],
    ids=str,
)
def test_anything_else_is_refused_and_named(value: Any, named: str) -> None:
    with pytest.raises(InvalidCatalog, match=named) as refused:
        read(value)
    assert "calls" in str(refused.value)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a#b", "a b"])
def test_a_feature_that_no_request_could_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidCatalog, match="name that no request could use"):
        read_features({name: True}, "plan 'growth'")


def test_features_are_a_table() -> None:
    with pytest.raises(InvalidCatalog, match="features"):
        read_features(["calls"], "plan 'growth'")


@pytest.mark.parametrize(
    "extra",
    [{"price": {"amount": 0, "currency": "USD", "period": "month"}}, {"trial_days": 14}, {"default": "yes"}],
    ids=["priced", "with a trial", "not a boolean"],
)
def test_a_default_plan_that_is_not_simply_free_is_refused(extra: dict[str, Any]) -> None:
    with pytest.raises(InvalidCatalog, match="default"):
        read_plans({"item_price_id": "free", "name": "Free", "default": True} | extra)


@pytest.mark.parametrize(
    "feature",
    [
        {"limit": 5, "item_price_id": "calls"},
        {"limit": 5, "overage": "allow", "price": {"micros": 1, "currency": "USD"}},
        {"limit": 5, "reset": "term"},
        {"limit": {"per_seat": 5}},
        {"limit": 5, "rollover": {"max": 5}},
    ],
    ids=["metered", "invoiced beyond the limit", "reset with a term", "for each seat", "rolling over"],
)
def test_a_default_plan_with_what_takes_a_subscription_is_refused(feature: dict[str, Any]) -> None:
    entry = {"item_price_id": "free", "name": "Free", "features": {"calls": feature}}
    calls = read_plans(entry)[0].features["calls"]
    assert isinstance(calls, Counted)
    assert calls.limit == 5
    with pytest.raises(InvalidCatalog, match="default"):
        read_plans(entry | {"default": True})


def test_there_is_one_default_plan_or_none() -> None:
    free = {"item_price_id": "free", "name": "Free", "default": True}
    assert read_catalog({"plan": [free]}).default is not None
    assert read_catalog({"plan": [free | {"default": False}]}).default is None
    with pytest.raises(InvalidCatalog, match="default"):
        read_catalog({"plan": [free, free | {"item_price_id": "gratis"}]})


@pytest.mark.parametrize("plans", [[{"calls", "tokens"}], [{"calls"}, {"tokens"}]])
def test_an_item_price_bills_one_feature_only_whichever_plans_grant_it(plans: list[set[str]]) -> None:
    """A subscription may move from one plan to the other within a day."""
    metered = {"limit": "unlimited", "item_price_id": "units"}
    entries = [
        {"item_price_id": f"plan_{number}", "name": "Plan", "features": dict.fromkeys(sorted(features), metered)}
        for number, features in enumerate(plans)
    ]
    with pytest.raises(InvalidCatalog, match="'units' bills both feature 'calls' and feature 'tokens'"):
        read_catalog({"plan": entries})


def test_an_item_price_may_bill_the_same_feature_in_every_plan() -> None:
    metered = {"calls": {"limit": "unlimited", "item_price_id": "units"}}
    entries = [{"item_price_id": each, "name": "Plan", "features": metered} for each in ("one", "two")]
    assert len(read_catalog({"plan": entries}).plans) == 2

"""Features whose levels Chargebee says: how the catalog leaves them to it, and what its words make of a plan."""

from typing import Any

import pytest

from billing.core.errors import InvalidCatalog, UnknownFeature
from billing.plans.bought import features_of
from billing.plans.catalog import read_catalog
from billing.plans.feature import Counted, Feature, LevelSource, Overage, Reset, Switch
from billing.plans.levels import Told, asked, features_told, unreadable
from billing.plans.plan import Catalog
from billing.plans.revision import compared

PRICE: dict[str, Any] = {"micros": 7, "currency": "USD"}
PRO: dict[str, Any] = {
    "id": "pro",
    "name": "Pro",
    "features": {
        "calls": {"limit": 10, "reset": "day", "overage": "wallet", "price": PRICE},
        "storage": {"limit": "2.5", "decimals": 1, "reset": "never"},
        "tokens": {"limit": {"per_seat": 5}},
        "sso": True,
    },
    "prices": [{"item_price_id": "pro-monthly", "amount": 100, "currency": "USD", "period": "month"}],
}
PLUS: dict[str, Any] = {"item_price_id": "plus", "name": "Plus", "features": {"audit": True, "runs": {"limit": 3}}}
FROM_CHARGEBEE = {"source": "chargebee"}


def catalog(**head: Any) -> Catalog:
    return read_catalog({"plan": [PRO, PLUS], **head})


ALL = catalog(entitlements="chargebee")


def told(catalog: Catalog = ALL, seats: int = 2, **levels: str | Told | None) -> dict[str, Feature]:
    """What Pro has for so many seats."""
    words = {name: each if isinstance(each, Told) else Told(each) for name, each in levels.items()}
    plan = catalog.plans["pro-monthly"]
    return features_told(plan, seats, features_of(plan, seats), words, catalog)


def limit(found: dict[str, Feature], name: str) -> int | None:
    feature = found[name]
    assert isinstance(feature, Counted)
    return feature.limit


def test_a_file_that_says_nothing_of_it_leaves_nothing_to_chargebee() -> None:
    assert catalog().levels is None
    assert asked(catalog()) == {}


def test_a_feature_is_left_to_chargebee_by_its_own_name_or_by_the_one_it_has_there() -> None:
    listed = catalog(features={"calls": FROM_CHARGEBEE | {"chargebee_id": "fea-calls"}, "sso": FROM_CHARGEBEE})
    assert listed.levels == LevelSource({"calls": "fea-calls", "sso": "sso"})
    assert asked(listed) == {"calls": "fea-calls", "sso": "sso"}


def test_the_whole_catalog_is_left_to_chargebee_but_for_what_says_otherwise() -> None:
    most = catalog(
        entitlements="chargebee",
        features={"sso": {"source": "catalog"}, "calls": FROM_CHARGEBEE | {"chargebee_id": "fea-calls"}},
    )
    expected = {name: name for name in ("audit", "runs", "storage", "tokens")} | {"calls": "fea-calls"}
    assert asked(most) == expected
    assert asked(most.with_plans([])) == expected, "a plan of the table changes nothing about it"


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        ({"entitlements": "stripe"}, "entitlements must be 'chargebee' or 'catalog'"),
        ({"features": {"typo": FROM_CHARGEBEE}}, "feature 'typo': no plan and no add-on has it"),
        ({"features": {"sso": {}}}, "feature 'sso' lacks 'source'"),
        ({"features": {"sso": True}}, "feature 'sso' must be a table"),
        ({"features": []}, "features must be tables"),
        ({"features": {"sso": {"source": "x"}}}, "feature 'sso': source must be"),
        ({"features": {"sso": {"source": "catalog", "chargebee_id": "x"}}}, "chargebee_id is for what has its source"),
        ({"features": {"sso": FROM_CHARGEBEE | {"chargebee_id": ""}}}, "chargebee_id must be text"),
        (
            {"features": {each: FROM_CHARGEBEE | {"chargebee_id": "x"} for each in ("sso", "calls")}},
            "'x' appears twice",
        ),
        (
            {"entitlements": "chargebee", "features": {"sso": FROM_CHARGEBEE | {"chargebee_id": "audit"}}},
            "'audit' appears twice",
        ),
    ],
)
def test_a_mistake_is_refused_with_its_place(head: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidCatalog, match=problem):
        catalog(**head)


def test_only_the_limit_is_chargebees() -> None:
    found = told(calls="5000")["calls"]
    assert isinstance(found, Counted)
    assert (found.limit, found.reset, found.overage, len(found.prices)) == (5_000, Reset.DAY, Overage.WALLET, 1)


@pytest.mark.parametrize(
    ("name", "word", "expected"),
    [
        ("calls", "0", 0),
        ("calls", "Unlimited", None),
        ("storage", "4", 40),
        ("storage", "4.5", 45),
        ("tokens", "1000", 2_000),
        ("tokens", "5000000000", 10_000_000_000),
        ("storage", "5000000000", 50_000_000_000),
    ],
)
def test_a_level_is_read_as_its_feature_counts(name: str, word: str, expected: int | None) -> None:
    assert limit(told(ALL, 2, **{name: word}), name) == expected


@pytest.mark.parametrize(
    ("word", "there"), [("true", True), ("Available", True), ("false", False), ("Not Available", False), (None, False)]
)
def test_a_switch_is_on_or_off(word: str | None, there: bool) -> None:
    assert ("sso" in told(sso=word)) is there


def test_what_chargebee_does_not_list_is_not_had() -> None:
    assert told(calls=None, sso=None).keys() == {"storage", "tokens"}


def test_what_the_plan_does_not_have_is_had_by_an_override_and_not_for_sale() -> None:
    found = told(audit="true", runs="9")
    assert found["audit"] == Switch("audit")
    assert found["runs"] == Counted("runs", 9, Reset.MONTH)


@pytest.mark.parametrize(
    ("name", "word"), [("calls", "gold"), ("calls", "4.5"), ("calls", "-1"), ("sso", "gold"), ("calls", "9" * 30)]
)
def test_a_level_that_nobody_can_read_leaves_the_plans_own(name: str, word: str) -> None:
    assert told(ALL, 2, **{name: word}) == told()
    assert unreadable({name: word}, ALL) == [name]
    assert unreadable({name: None}, ALL) == []


@pytest.mark.parametrize(("level", "expected"), [("5000", 10), ("5", 5), ("unlimited", 10), (None, None), ("gold", 10)])
def test_a_level_of_before_never_gives_more_than_the_plan_does(level: str | None, expected: int | None) -> None:
    found = told(calls=Told(level, sure=False))
    assert (limit(found, "calls") if "calls" in found else None) == expected


def test_a_level_of_before_gives_nothing_that_the_plan_does_not_have() -> None:
    assert told(audit=Told("true", sure=False), runs=Told("9", sure=False)) == told()


def test_a_feature_of_no_plan_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(UnknownFeature):
        told(typo="1")


def test_what_another_file_would_leave_to_chargebee_is_said_with_the_feature() -> None:
    after = catalog(features={"sso": FROM_CHARGEBEE | {"chargebee_id": "fea-sso"}})
    assert [str(each) for each in compared(catalog(), after)] == [
        "pro: features.sso: on -> on, or as Chargebee says of fea-sso"
    ]

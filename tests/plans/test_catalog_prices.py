"""Prices by tiers, as the catalog says them."""

from typing import Any

import pytest

from billing.core.errors import InvalidCatalog
from billing.core.money import Money
from billing.plans.bought import features_of
from billing.plans.catalog import read_catalog
from billing.plans.catalog_features import read_features
from billing.plans.feature import Counted, UnitPrice
from billing.plans.tiers import Mode, Tier, TieredPrice

TIERS = [{"up_to": 10, "micros": 30}, {"up_to": 100, "micros": 20}, {"micros": 5}]
PRICE = {"mode": "graduated", "currency": "USD", "tiers": TIERS}
VOLUME = PRICE | {"mode": "volume"}
UNIT = {"micros": 7, "currency": "USD"}


def read(**entry: Any) -> Counted:
    found = read_features({"calls": {"limit": 10, "overage": "allow"} | entry}, "plan 'growth'")["calls"]
    assert isinstance(found, Counted)
    return found


@pytest.mark.parametrize("mode", Mode)
def test_tiers_are_read_to_the_letter(mode: Mode) -> None:
    tiers = (Tier(30, 10), Tier(20, 100), Tier(5))
    assert read(price=PRICE | {"mode": str(mode)}).prices == (UnitPrice(TieredPrice("USD", tiers, mode)),)


def test_what_has_decimals_is_limited_and_priced_by_its_steps() -> None:
    tiers = [{"up_to": "0.5", "micros": 3000}, {"micros": 2000}]
    found = read(limit="2.25", decimals=3, price=PRICE | {"tiers": tiers}, prices=[UNIT | {"currency": "EUR"} | MILLE])
    assert (found.limit, found.decimals) == (2250, 3)
    assert found.prices == (UnitPrice(Money(7, "EUR")), UnitPrice(TieredPrice("USD", (Tier(3, 500), Tier(2)))))
    assert read(limit={"per_seat": "0.5"}, decimals=1).limit == 5
    assert (read(limit="unlimited", decimals=6).limit, read(limit=2, decimals=2).limit) == (None, 200)


MILLE = {"micros": 7000}


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        ({"decimals": 7}, "decimals must be 6 at most"),
        ({"decimals": -1}, "decimals"),
        ({"decimals": "1"}, "decimals"),
        ({"limit": "0.5"}, "limit must be a whole number"),
        ({"limit": 0.5, "decimals": 1}, "limit must be a whole number"),
        ({"limit": "0.55", "decimals": 1}, "limit: A quantity of this feature has at most 1 decimal places"),
        ({"limit": "much", "decimals": 1}, "limit: It is a whole number, or a decimal"),
        ({"price": UNIT, "decimals": 1}, "micros must be a multiple of 10"),
        ({"price": PRICE | {"tiers": [{"up_to": "0.0", "micros": 10}, {"micros": 0}]}, "decimals": 1}, "more than 0"),
    ],
    ids=str,
)
def test_what_the_decimals_of_a_feature_cannot_say_is_refused(entry: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidCatalog, match=named):
        read(**entry)


def test_a_feature_has_the_same_decimals_wherever_it_is_sold() -> None:
    entries = [
        {"item_price_id": f"p{places}", "name": "P", "features": {"calls": {"limit": 1, "decimals": places}}}
        for places in (2, 3)
    ]
    with pytest.raises(InvalidCatalog, match="'calls' must have the same decimals"):
        read_catalog({"plan": entries})


def test_an_addon_raises_whole_units() -> None:
    calls = {"limit": "0.5", "decimals": 1}
    plan = {"item_price_id": "p", "name": "P", "features": {"calls": calls}}
    catalog = read_catalog({"plan": [plan], "addon": [{"item_price_id": "a", "name": "A", "limits": {"calls": 2}}]})
    found = features_of(catalog.plan("p"), 1, [(catalog.addon("a", 1), 1)])["calls"]
    assert isinstance(found, Counted)
    assert found.limit == 25


def test_each_currency_has_its_own_tiers() -> None:
    found = read(prices=[PRICE, PRICE | {"currency": "EUR", "tiers": [{"micros": 4}]}, UNIT | {"currency": "GBP"}])
    assert found.priced_in(["EUR"]).price({}) == TieredPrice("EUR", (Tier(4),))


def test_what_an_invoice_bills_by_tiers_starts_over_with_its_term() -> None:
    assert read(price=PRICE, item_price_id="calls", reset="term").item_price_id == "calls"
    assert read(price=PRICE, reset="month").item_price_id is None


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        ({"price": PRICE | {"tiers": []}}, "at least one"),
        ({"price": PRICE | {"tiers": {"micros": 1}}}, "list of tables"),
        ({"price": PRICE | {"tiers": [5]}}, "tier 1 must be a table"),
        ({"price": PRICE | {"tiers": [{"up_to": 10, "micros": 3}]}}, "the last must not"),
        ({"price": PRICE | {"tiers": [{"micros": 3}, {"micros": 2}]}}, "every tier but the last must say up_to"),
        ({"price": PRICE | {"tiers": [TIERS[1], TIERS[0], TIERS[2]]}}, "up_to must rise"),
        ({"price": PRICE | {"tiers": [TIERS[0], TIERS[0], TIERS[2]]}}, "up_to must rise"),
        ({"price": PRICE | {"tiers": [{"up_to": 0, "micros": 3}, TIERS[2]]}}, "tier 1: up_to"),
        ({"price": PRICE | {"tiers": [{"micros": -1}]}}, "tier 1: micros"),
        ({"price": PRICE | {"tiers": [{"micros": 0.5}]}}, "tier 1: micros"),
        ({"price": PRICE | {"mode": "stairstep"}}, "mode must be one of graduated, volume"),
        ({"price": {"tiers": TIERS, "currency": "USD"}}, "lacks 'mode'"),
        ({"price": PRICE | {"when": {"model": "large"}}}, "unknown field 'when'"),
        ({"prices": [PRICE, UNIT]}, "must be its only one in USD"),
        ({"prices": [PRICE, VOLUME]}, "must be its only one in USD"),
        ({"price": VOLUME | {"tiers": [{"up_to": 9, "micros": 1}, {"micros": 2}]}}, "must not rise"),
        ({"price": VOLUME, "overage": "wallet"}, "a volume price would change what was paid already: use graduated"),
        ({"price": PRICE, "item_price_id": "calls", "reset": "month"}, "it needs reset = 'term'"),
    ],
    ids=str,
)
def test_tiers_that_would_price_some_units_wrongly_are_refused_and_named(entry: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidCatalog, match=named) as refused:
        read(**entry)
    assert "calls" in str(refused.value)

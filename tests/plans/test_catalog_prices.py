"""Prices by tiers, as the catalog says them."""

from typing import Any

import pytest

from billing.core.errors import InvalidCatalog
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

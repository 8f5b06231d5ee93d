"""Graduated and volume prices, against the sum that a person would write down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.core.money import Money
from billing.plans.tiers import Mode, Tier, TieredPrice

GRADUATED = TieredPrice("USD", (Tier(30, 10), Tier(20, 100), Tier(5)))
VOLUME = TieredPrice("USD", GRADUATED.tiers, Mode.VOLUME)


@st.composite
def tiered_prices(draw: st.DrawFn) -> TieredPrice:
    """Any graduated price, and any volume price that falls."""
    ends = sorted(draw(st.sets(st.integers(1, 40), max_size=4)))
    micros = draw(st.lists(st.integers(0, 9), min_size=len(ends) + 1, max_size=len(ends) + 1))
    mode = draw(st.sampled_from(Mode))
    listed = sorted(micros, reverse=True) if mode is Mode.VOLUME else micros
    return TieredPrice("USD", tuple(Tier(*each) for each in zip(listed, [*ends, None], strict=True)), mode)


def written_down(price: TieredPrice, units: int) -> int:
    """Unit by unit."""

    def tier_of(unit: int) -> Tier:
        return next(tier for tier in price.tiers if tier.up_to is None or unit <= tier.up_to)

    if price.mode is Mode.VOLUME:
        return units * tier_of(units).micros
    return sum(tier_of(unit).micros for unit in range(1, units + 1))


@pytest.mark.parametrize(
    ("price", "units", "micros"),
    [
        (GRADUATED, 0, 0),
        (GRADUATED, 10, 300),
        (GRADUATED, 11, 320),
        (GRADUATED, 100, 2100),
        (GRADUATED, 101, 2105),
        (VOLUME, 0, 0),
        (VOLUME, 10, 300),
        (VOLUME, 11, 220),
        (VOLUME, 100, 2000),
        (VOLUME, 101, 505),
    ],
)
def test_a_unit_is_priced_by_its_own_tier_or_by_the_one_that_all_reach(
    price: TieredPrice, units: int, micros: int
) -> None:
    assert price.cost(units) == Money(micros, "USD")


def test_a_volume_price_that_falls_gives_back_what_the_units_before_cost_more() -> None:
    assert VOLUME.cost(1, before=10) == Money(-80, "USD")


@given(tiered_prices(), st.integers(0, 60), st.integers(0, 60))
def test_what_units_cost_is_what_all_cost_less_what_those_before_cost(
    price: TieredPrice, before: int, units: int
) -> None:
    expected = written_down(price, before + units) - written_down(price, before)
    assert price.cost(units, before).micros == expected
    assert expected <= units * price.dearest.micros


@given(tiered_prices(), st.integers(-30, 300), st.integers(0, 30), st.integers(0, 60))
def test_as_many_units_are_had_as_the_money_is_enough_for(
    price: TieredPrice, micros: int, wanted: int, before: int
) -> None:
    enough = [units for units in range(1, wanted + 1) if price.cost(units, before).micros <= micros]
    assert price.affordable(micros, wanted, before) == max(enough, default=0)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.core.money import minor_units, to_micros, to_minor

CURRENCIES = st.sampled_from(["USD", "JPY", "KWD"])


@pytest.mark.parametrize(
    ("currency", "micros"), [("USD", 10_000), ("EUR", 10_000), ("JPY", 1_000_000), ("KWD", 10_000)]
)
def test_a_minor_unit_is_what_chargebee_counts_in(currency: str, micros: int) -> None:
    assert (to_micros(1, currency), minor_units(currency)) == (micros, 1_000_000 // micros)


@pytest.mark.parametrize("currency", ["JPY", "KRW", "XAF", "XOF"])
def test_what_chargebee_names_as_without_decimals_is_counted_in_whole_units(currency: str) -> None:
    assert minor_units(currency) == 1


@pytest.mark.parametrize(
    "currency", ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND", "MGA", "MRU", "CLF", "HUF", "TWD"]
)
def test_what_other_lists_count_otherwise_is_counted_in_hundredths_as_chargebee_does(currency: str) -> None:
    """Three and four decimals by ISO 4217, and what some gateways take for currencies without any."""
    assert minor_units(currency) == 100


@given(amount=st.integers(-(10**12), 10**12), currency=CURRENCIES)
def test_minor_units_survive_the_way_there_and_back(amount: int, currency: str) -> None:
    assert to_minor(to_micros(amount, currency), currency) == amount


@given(micros=st.integers(-(10**15), 10**15), currency=CURRENCIES)
def test_micros_are_rounded_down_by_less_than_one_minor_unit(micros: int, currency: str) -> None:
    lost = micros - to_micros(to_minor(micros, currency), currency)
    assert 0 <= lost < to_micros(1, currency)

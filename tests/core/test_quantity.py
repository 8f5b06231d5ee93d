import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.core.errors import InvalidRequest
from billing.core.quantity import MOST_DECIMALS, Quantity, canonical, read_quantity, written

decimals = st.integers(0, MOST_DECIMALS)
steps = st.integers(-(10**15), 10**15)


@pytest.mark.parametrize(
    ("value", "quantity"),
    [
        (0, Quantity(0)),
        (25, Quantity(25)),
        (1_000_000_000, Quantity(1_000_000_000)),
        ("25.0", Quantity(250, 1)),
        ("0.5", Quantity(5, 1)),
        ("1.500", Quantity(1500, 3)),
        ("0.000001", Quantity(1, 6)),
        ("1000000000.000000", Quantity(10**15, 6)),
    ],
)
def test_a_number_or_a_text_is_a_quantity(value: object, quantity: Quantity) -> None:
    assert read_quantity(value) == quantity


@pytest.mark.parametrize("value", [-1, 1_000_000_001, 0.5, 1.0, True, None, [1], {}])
def test_no_other_number_is_one_and_a_float_least_of_all(value: object) -> None:
    with pytest.raises(ValueError, match="It is"):
        read_quantity(value)


OTHER_TEXT = [
    "",
    "5",
    ".5",
    "5.",
    "-1",
    "+1",
    "1e3",
    "1,5",
    " 1",
    "1 ",
    "1\n",
    "NaN",
    "\u0663",
    "0.0000001",
    "1000000000.1",
]


@pytest.mark.parametrize("value", OTHER_TEXT)
def test_no_other_text_is_one(value: object) -> None:
    with pytest.raises(ValueError, match="It is"):
        read_quantity(value)


def test_zeros_at_the_end_are_no_more_decimals_and_nothing_is_rounded() -> None:
    assert Quantity(1500, 3).at(1) == 15
    for places, told in ((1, "at most 1 decimal place"), (0, "no decimal places")):
        with pytest.raises(InvalidRequest, match=re.escape(told)):
            Quantity(1501, 3).at(places)


@given(steps, decimals)
def test_what_is_written_is_exact_and_whole_numbers_stay_numbers(number: int, places: int) -> None:
    text = written(number, places)
    assert Decimal(text) == Decimal(number).scaleb(-places)
    assert isinstance(text, int) is (places == 0)


@given(st.integers(0, 10**9), decimals)
def test_what_is_written_is_read_as_it_was(number: int, places: int) -> None:
    assert read_quantity(written(number, places)) == Quantity(number, places)


@given(st.integers(0, 10**9), decimals, decimals)
def test_equal_quantities_are_written_alike(number: int, places: int, more: int) -> None:
    same = canonical(number * 10**more, places + more)
    assert same == canonical(number, places)
    assert isinstance(same, int) is (Decimal(number).scaleb(-places) % 1 == 0)

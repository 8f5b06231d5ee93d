"""Exact quantities: whole numbers, or decimals that are written as text. No float ever stands for one."""

import re
from dataclasses import dataclass

from billing.core.errors import InvalidRequest

MOST_DECIMALS = 6
LARGEST = 1_000_000_000
TEXT = r"[0-9]{1,10}\.[0-9]{1,6}"
_TEXT = re.compile(TEXT)


def one(decimals: int) -> int:
    """A whole unit in steps of 10^-decimals."""
    steps: int = 10**decimals
    return steps


@dataclass(frozen=True, slots=True)
class Quantity:
    """So many steps of 10^-decimals."""

    steps: int
    decimals: int = 0

    def at(self, decimals: int) -> int:
        """In steps of so many decimals. Raises InvalidRequest where it has more: nothing is rounded, zeros are none."""
        steps, rest = divmod(self.steps * one(decimals), one(self.decimals))
        if rest:
            places = f"at most {decimals} decimal places" if decimals else "no decimal places"
            raise InvalidRequest(f"A quantity of this feature has {places}.")
        return steps

    def __add__(self, other: "Quantity") -> "Quantity":
        """Both together, in the smaller steps."""
        decimals = max(self.decimals, other.decimals)
        return Quantity(self.at(decimals) + other.at(decimals), decimals)


def exact(units: int | Quantity) -> Quantity:
    """A whole number is so many whole units."""
    return units if isinstance(units, Quantity) else Quantity(units)


def read_quantity(value: object) -> Quantity:
    """A whole number, or a decimal of up to six places as text, to a billion. Raises ValueError for anything else."""
    if isinstance(value, str) and _TEXT.fullmatch(value):
        whole, _, places = value.partition(".")
        found = Quantity(int(whole + places), len(places))
    elif type(value) is int:
        found = Quantity(value)
    else:
        raise ValueError("It is a whole number, or a decimal of up to six places as text, such as '0.5'.")
    if not 0 <= found.steps <= LARGEST * one(found.decimals):
        raise ValueError("It is not below zero, and a billion at most.")
    return found


def written(steps: int, decimals: int) -> int | str:
    """As answers have it: a whole number where the feature has no decimals, or else text with all of them."""
    if decimals == 0:
        return steps
    sign, (whole, places) = "-" if steps < 0 else "", divmod(abs(steps), one(decimals))
    return f"{sign}{whole}.{places:0{decimals}d}"


def canonical(steps: int, decimals: int) -> int | str:
    """The same for equal quantities, however many decimals they are counted in: whole numbers stay numbers."""
    if steps % one(decimals) == 0:
        return steps // one(decimals)
    return str(written(steps, decimals)).rstrip("0")

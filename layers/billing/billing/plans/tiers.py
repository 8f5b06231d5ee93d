"""Prices per unit that depend on how many units there are: Chargebee's pricing models `tiered` and `volume`.

https://www.chargebee.com/docs/billing/2.0/product-catalog/pricing-models
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from billing.core.money import Money


class Mode(StrEnum):
    """Which tier prices a unit: the one that it lies in, or the one that all units together reach."""

    GRADUATED = "graduated"
    VOLUME = "volume"


@dataclass(frozen=True, slots=True)
class Tier:
    """The units up to the `up_to`th, that one included, each at so many micros; None for all that follow."""

    micros: int
    up_to: int | None = None


@dataclass(frozen=True, slots=True)
class TieredPrice:
    """Tiers in their order, of which the last is open. A volume price falls from tier to tier: nothing gets dearer.

    Invariant: what some units cost is what all cost with them, less what all cost without. So the costs of all uses
    add up to the price of their sum, in whatever order they come and go.
    """

    currency: str
    tiers: tuple[Tier, ...]
    mode: Mode = Mode.GRADUATED

    @property
    def dearest(self) -> Money:
        """The most that one unit can add."""
        return Money(max(tier.micros for tier in self.tiers), self.currency)

    def cost(self, units: int, before: int = 0) -> Money:
        """What so many units add to `before` others. Below zero where they make a volume price cheaper for all."""
        return Money(self._total(before + units) - self._total(before), self.currency)

    def affordable(self, micros: int, wanted: int, before: int = 0) -> int:
        """The most of the `wanted` units that add no more than so many micros to `before` others."""
        target = self._total(before) + micros
        for piece in reversed([*self._pieces()]):
            first = max(piece.above, before)
            last = piece.last(target, before + wanted)
            if last > first:
                return last - before
        return 0

    def _total(self, units: int) -> int:
        return next((each.total(units) for each in self._pieces() if each.holds(units)), 0)

    def _pieces(self) -> Iterator["_Piece"]:
        above, total = 0, 0
        for tier in self.tiers:
            base = total - above * tier.micros if self.mode is Mode.GRADUATED else 0
            piece = _Piece(above, tier.up_to, base, tier.micros)
            yield piece
            if tier.up_to is not None:
                above, total = tier.up_to, piece.total(tier.up_to)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Where the total rises by the same `micros` with each unit: `above` so many, and to `up_to`."""

    above: int
    up_to: int | None
    base: int
    micros: int

    def holds(self, units: int) -> bool:
        return units > self.above and (self.up_to is None or units <= self.up_to)

    def total(self, units: int) -> int:
        return self.base + units * self.micros

    def last(self, target: int, most: int) -> int:
        """The most units here, `most` at most, whose total is no more than `target`; 0 if there are none."""
        end = most if self.up_to is None else min(most, self.up_to)
        if self.micros == 0:
            return end if self.base <= target else 0
        return min(end, (target - self.base) // self.micros)

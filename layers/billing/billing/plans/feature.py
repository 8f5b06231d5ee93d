"""What a plan grants beyond itself: features, on or off, or counted against a limit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Reset(StrEnum):
    """When a counted feature starts over. `term` follows the subscription's paid term."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    TERM = "term"
    NEVER = "never"


class Overage(StrEnum):
    """What happens beyond the limit. The plan must say so for anything but a refusal."""

    DENY = "deny"
    ALLOW = "allow"
    WALLET = "wallet"


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """Micros of `currency` for one unit, for uses whose dimensions include `when`. Empty `when` matches all."""

    micros: int
    currency: str
    when: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature of a plan.

    `limit` is the units of one period, None for unlimited; a feature that is only on or off is not `counted`.
    `prices` are tried in order. `overdraft` is how many micros the wallet may go below zero for it. `item_price_id` is
    the metered item price that Chargebee bills its quantity with.
    """

    id: str
    counted: bool = True
    limit: int | None = None
    reset: Reset = Reset.MONTH
    overage: Overage = Overage.DENY
    prices: tuple[UnitPrice, ...] = ()
    overdraft: int = 0
    item_price_id: str | None = None

    def price(self, dimensions: Mapping[str, str]) -> UnitPrice | None:
        """What one unit with these dimensions costs, None when it is not for sale."""
        return next((each for each in self.prices if each.when.items() <= dimensions.items()), None)

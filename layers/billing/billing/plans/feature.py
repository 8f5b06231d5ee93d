"""What a plan grants beyond itself: features, on or off, or counted against a limit."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from billing.core.money import Money
from billing.plans.tiers import Tier, TieredPrice

type Rate = Money | TieredPrice
"""What units cost: each the same, or by tiers."""


def by_tiers(rate: Rate) -> TieredPrice:
    """The same in one tier, where each unit costs the same."""
    return rate if isinstance(rate, TieredPrice) else TieredPrice(rate.currency, (Tier(rate.micros),))


def dearest(rate: Rate) -> Money:
    """The most that one unit can cost."""
    return rate.dearest if isinstance(rate, TieredPrice) else rate


class Reset(StrEnum):
    """When a counted feature starts over. `term` follows the paid term; months and years end with it, too."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    TERM = "term"
    NEVER = "never"


class Overage(StrEnum):
    """What happens beyond the limit. A use is refused unless the plan says otherwise."""

    DENY = "deny"
    ALLOW = "allow"
    WALLET = "wallet"


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """What units cost, for uses whose dimensions include `when`. Empty `when` matches all."""

    amount: Rate
    when: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Switch:
    """A feature that a plan has or has not."""

    id: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A feature that is counted against `limit`: the units of one period, None for unlimited.

    With `per_seat` the limit is for each seat, and they share it: `bought.features_of` has it multiplied. `prices` are
    tried in order, those of one currency each. `overdraft_micros` is how far below zero the wallet may go for it.
    `item_price_id` is the metered item price that Chargebee bills its quantity with. `alerts` are percentages of the
    limit at which uses are announced. What a period leaves of the limit rolls over into the next one, up to `rollover`
    units, and is gone at its end.

    Everything is counted in steps of 10^-`decimals`: the limit is a number of them, and the prices are each for one.
    """

    id: str
    limit: int | None
    reset: Reset = Reset.MONTH
    overage: Overage = Overage.DENY
    prices: tuple[UnitPrice, ...] = ()
    overdraft_micros: int = 0
    item_price_id: str | None = None
    per_seat: bool = False
    alerts: tuple[int, ...] = ()
    decimals: int = 0
    rollover: int = 0

    @property
    def bare(self) -> "Counted":
        """Nothing of the feature, and nothing to buy: it starts over, and is counted, as this one."""
        return Counted(self.id, limit=0, reset=self.reset, decimals=self.decimals)

    @property
    def on_trial(self) -> "Counted":
        """The same in a trial, of whose use Chargebee bills nothing: what an invoice would pay for has no price."""
        billed = self.item_price_id is not None and self.overage is Overage.ALLOW
        return replace(self, prices=()) if billed else self

    def priced_in(self, currencies: Collection[str]) -> "Counted":
        """The feature with the prices of one currency: the first of the entry that is wanted, else its first."""
        listed = [each.amount.currency for each in self.prices]
        chosen = next((each for each in listed if each in currencies), next(iter(listed), None))
        return replace(self, prices=tuple(each for each in self.prices if each.amount.currency == chosen))

    def price(self, dimensions: Mapping[str, str]) -> Rate | None:
        """What units with these dimensions cost, None when they are not for sale."""
        return next((each.amount for each in self.prices if each.when.items() <= dimensions.items()), None)

    def invoiced(self, units: int) -> Money | None:
        """What the invoice of a period has for so many units beyond the allowance, None where no invoice pays for them
        or where it takes their dimensions to tell."""
        if self.overage is not Overage.ALLOW or len(self.prices) != 1 or self.prices[0].when:
            return None
        return by_tiers(self.prices[0].amount).cost(units)


type Feature = Switch | Counted


@dataclass(frozen=True, slots=True)
class LevelSource:
    """The features whose levels Chargebee says: those of `ids`, by their names, each with Chargebee's id of it.

    With `everything` they are all others too but those of `own`, and are called the same there.
    """

    ids: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    everything: bool = False
    own: frozenset[str] = frozenset()

    def id_of(self, feature_id: str) -> str | None:
        """Chargebee's id of the feature, None where the catalog alone says what there is of it."""
        return self.ids.get(feature_id) or (feature_id if self.everything and feature_id not in self.own else None)

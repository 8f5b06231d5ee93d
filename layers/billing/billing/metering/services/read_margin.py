"""What an organization's uses earned and cost: revenue less cost, never across currencies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from billing.core.quantity import Quantity

if TYPE_CHECKING:
    from billing.metering.services.ports import Day, UsageStore


@dataclass(frozen=True, slots=True)
class CurrencyMargin:
    """Micros of one currency."""

    revenue: int = 0
    cost: int = 0

    @property
    def margin(self) -> int:
        """What is left."""
        return self.revenue - self.cost


@dataclass(slots=True)
class FeatureMargin:
    """One feature's uses. `costed` is how many of the `events` have a known cost; the quantity is in steps of
    10^-`decimals`."""

    quantity: int = 0
    decimals: int = 0
    events: int = 0
    costed: int = 0
    currencies: dict[str, CurrencyMargin] = field(default_factory=dict)

    @property
    def coverage(self) -> float | None:
        """The share of the events whose cost is known."""
        return self.costed / self.events if self.events else None

    def add(self, day: Day) -> None:
        """One more day."""
        both = Quantity(self.quantity, self.decimals) + Quantity(day.quantity, day.decimals)
        self.quantity, self.decimals = both.steps, both.decimals
        self.events += day.events
        self.costed += day.costed
        for currency in day.revenue.keys() | day.costs.keys():
            known = self.currencies.get(currency, CurrencyMargin())
            self.currencies[currency] = CurrencyMargin(
                known.revenue + day.revenue.get(currency, 0), known.cost + day.costs.get(currency, 0)
            )


def read_margin(organization_id: str, first: str, last: str, store: UsageStore) -> dict[str, FeatureMargin]:
    """By feature, from the UTC date `first` to `last`, both included."""
    return margins(store.days(organization_id, first, last))


def margins(days: Iterable[Day]) -> dict[str, FeatureMargin]:
    """The days added up by feature, in the order of the features' names."""
    found: dict[str, FeatureMargin] = defaultdict(FeatureMargin)
    for day in days:
        found[day.feature].add(day)
    return dict(sorted(found.items()))

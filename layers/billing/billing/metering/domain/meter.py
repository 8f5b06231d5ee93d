"""How much of a counted feature an organization has used in one period."""

from dataclasses import dataclass, replace

from billing.core.clock import Period
from billing.plans.feature import Counted


@dataclass(frozen=True, slots=True)
class Meter:
    """Invariant: `used + held + remaining = limit`, whatever happens in whatever order.

    `remaining` goes below zero where the plan allows overage, or after a change to a smaller plan. An unlimited
    feature has no limit and no remainder, and counts all the same. `version` guards the next write.
    """

    feature: str
    start: int
    end: int | None
    limit: int | None
    used: int = 0
    held: int = 0
    version: int = 0

    @property
    def remaining(self) -> int | None:
        """What is left, None when there is no limit."""
        return None if self.limit is None else self.limit - self.used - self.held

    def covers(self, quantity: int) -> int:
        """How many of `quantity` units the allowance still covers."""
        return quantity if self.remaining is None else max(0, min(quantity, self.remaining))


def meter_now(stored: Meter | None, feature: Counted, period: Period) -> Meter:
    """The meter of the period as the plan of today has it.

    No record yet is a full balance. Another limit than before moves the remainder by the difference: what was used
    stays used.
    """
    if stored is None:
        return Meter(feature.id, period.start, period.end, feature.limit)
    return replace(stored, limit=feature.limit, end=period.end)

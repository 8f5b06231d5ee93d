"""How much of a counted feature an organization has used in one period."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from billing.core.clock import Period
from billing.plans.feature import Counted, Reset


@dataclass(frozen=True, slots=True)
class Meter:
    """Invariant: `used + held + remaining = limit`, whatever happens in whatever order.

    `remaining` goes below zero where the plan allows overage, or after a change to a smaller plan. An unlimited
    feature has no limit and no remainder, and counts all the same. `version` guards the next write. `beyond` are the
    units that were used beyond the allowance: their number decides what the next ones cost by tiers.
    `alerts` are the percentages of the limit that are announced, and `alerted` is the highest that ever was in this
    period. `subscription_id` is the one that began the period, None for the default plan; `reset` is when that starts
    over.
    """

    feature: str
    start: int
    end: int | None
    limit: int | None
    used: int = 0
    held: int = 0
    version: int = 0
    subscription_id: str | None = None
    reset: Reset | None = None
    alerts: tuple[int, ...] = ()
    alerted: int = 0
    beyond: int = 0

    @property
    def remaining(self) -> int | None:
        """What is left, None when there is no limit."""
        return None if self.limit is None else self.limit - self.used - self.held

    @property
    def over(self) -> int:
        """The units that an invoice has beyond the limit: whichever uses are corrected, the others fill it up."""
        return 0 if self.limit is None else max(0, self.used - self.limit)

    @property
    def watched(self) -> "Meter":
        """The same meter, which remembers the highest of its alerts that it has reached."""
        reached = [each for each in self.alerts if self.limit and self.used * 100 >= self.limit * each]
        return replace(self, alerted=max(self.alerted, *reached)) if reached else self

    def covers(self, quantity: int) -> int:
        """How many of `quantity` units the allowance still covers."""
        return quantity if self.remaining is None else max(0, min(quantity, self.remaining))


def running(meters: Iterable[Meter], feature: Counted, subscription_id: str, now: int) -> Meter | None:
    """The meter of a period that an earlier subscription began, and that lasts at `now` (UTC seconds).

    An allowance is the organization's: who cancels and buys again has what is left of it until that period ends. One
    that starts over at other times is another allowance.
    """
    others = (
        each
        for each in meters
        if (each.feature, each.reset) == (feature.id, feature.reset)
        and each.subscription_id not in (None, subscription_id)
        and each.start <= now
        and (each.end is None or each.end > now)
    )
    return max(others, key=lambda each: each.start, default=None)


def meter_now(stored: Meter | None, feature: Counted, period: Period) -> Meter:
    """The meter of the period as the plan of today has it.

    No record yet is a full balance. Another limit than before moves the remainder by the difference: what was used
    stays used.
    """
    if stored is None:
        return Meter(feature.id, period.start, period.end, feature.limit, alerts=feature.alerts)
    return replace(stored, limit=feature.limit, end=period.end, alerts=feature.alerts)

"""What somebody gives one organization beside its plans: from when until when, and why."""

from dataclasses import dataclass, replace
from enum import StrEnum

from billing.core.clock import DAY, Period
from billing.core.errors import InvalidState, NotFound
from billing.core.quantity import Quantity, one

MOST_LIVE = 20
"""Grants of one organization that have not ended: every gate and every use reads them all."""

MOST_KEPT = 100
"""Grants of one organization with those that ended lately, which uses from before still count by."""


MOST_CHANGES = 10
"""Changes of what one grant gives within `REMEMBERED`: its row has them all."""

REMEMBERED = 36 * DAY
"""Seconds for which it is known what a grant gave: a use may be reported 35 days late, and counts by it."""


class GrantNotFound(NotFound):
    """The organization has no such grant."""

    code = "grant_not_found"


class TooManyGrants(InvalidState):
    """The organization has as many grants as it may have."""

    code = "too_many_grants"


class Gift(StrEnum):
    """What a grant gives."""

    UNITS = "units"
    """So many units more, once: in the period in which the grant begins."""
    LIMIT = "limit"
    """At least this limit in every period, None for no limit."""
    FEATURE = "feature"
    """A feature that is on or off."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a grant gave until it was changed, at `until` (UTC seconds). The rest is as a grant's own."""

    until: int
    feature: str
    gift: Gift
    amount: int | None
    starts_at: int
    ends_at: int | None
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Grant:
    """One grant, as its version `version` has it. Times are UTC seconds; `ends_at` is None for one without an end.

    `by`, `reason` and `at` are of who made this version: who gave it, changed it or, where it is `deleted`, took it
    away: what happened before that still counts by it. `amount` is in steps of 10^-`decimals`, of a limit None where
    there is none, and None for a feature that is on or off. `earlier` is what it gave before it was changed, as far as
    that is remembered, the oldest first.
    """

    id: str
    feature: str
    gift: Gift
    amount: int | None
    starts_at: int
    ends_at: int | None
    by: str
    reason: str
    at: int
    version: int = 1
    deleted: bool = False
    decimals: int = 0
    earlier: tuple[Earlier, ...] = ()

    def until(self, moment: int) -> Earlier:
        """What it gives, as it is remembered when that ends at a moment in UTC seconds."""
        return Earlier(
            moment, self.feature, self.gift, self.amount, self.starts_at, self.ends_at, decimals=self.decimals
        )

    def as_of(self, moment: int) -> "Grant":
        """The grant as it was at a moment in UTC seconds: a change of it counts from then on."""
        then = next((each for each in self.earlier if moment < each.until), None)
        if then is None:
            return self
        gave = replace(self, feature=then.feature, gift=then.gift, amount=then.amount, decimals=then.decimals)
        return replace(gave, starts_at=then.starts_at, ends_at=then.ends_at, deleted=False, earlier=())

    @property
    def over_at(self) -> int | None:
        """From when it does not count (UTC seconds): its end, or its deletion before it."""
        if not self.deleted:
            return self.ends_at
        return self.at if self.ends_at is None else min(self.at, self.ends_at)

    def ended(self, moment: int) -> bool:
        """Whether it is over at a moment in UTC seconds."""
        return self.over_at is not None and moment >= self.over_at

    def in_force(self, moment: int) -> bool:
        """Whether it counts at a moment in UTC seconds."""
        return self.starts_at <= moment and not self.ended(moment)

    def units_in(self, period: Period, decimals: int) -> int:
        """The units that it adds to a period: once, in the one in which it begins."""
        begins = period.start <= self.starts_at and (period.end is None or self.starts_at < period.end)
        return self.amount_in(decimals) or 0 if self.gift is Gift.UNITS and begins else 0

    def amount_in(self, decimals: int) -> int | None:
        """The amount as a feature of so many decimals counts it, rounded down where it was given in more."""
        return None if self.amount is None else self.amount * one(decimals) // one(self.decimals)


@dataclass(frozen=True, slots=True)
class GrantWish:
    """What somebody wants a grant to be. Without `starts_at` it begins now, or has begun.

    `version` is the one that they saw, None for whichever it is.
    """

    id: str
    feature: str
    gift: Gift
    amount: int | Quantity | None
    starts_at: int | None
    ends_at: int | None
    by: str
    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class GrantDeletion:
    """Which grant is taken away, by whom, and why."""

    id: str
    by: str
    reason: str

"""The days by which metered usage is reported to Chargebee: one immutable number a day, feature and term."""

import hashlib
from dataclasses import dataclass, replace

DAY = 86_400

SEAL_AFTER = 6 * 3_600
"""Seconds after a day's end (UTC) for which uses that happened in it still count into it."""

MARGIN = 3_600
"""Seconds before the sealing from which late uses go to the open day, so that no use races the seal."""


@dataclass(frozen=True, slots=True)
class BillingDay:
    """Where a use is billed: a day of a term, by their first seconds (UTC), with the metered item price.

    `late` is for what came after its day and its term were closed.
    """

    day: int
    subscription_id: str
    feature: str
    term_start: int
    term_end: int
    item_price_id: str
    late: bool = False

    @property
    def usage_date(self) -> int:
        """A second of the day that lies in the term (UTC seconds); Chargebee takes one report for each."""
        last = min(self.day + DAY, self.term_end) - 1
        return max(self.term_start, last - self.late)

    def usage_id(self, organization_id: str) -> str:
        """The id under which Chargebee knows the report: reporting twice is reporting once."""
        what = (self.subscription_id, self.feature, self.item_price_id)
        parts = (organization_id, self.day, *what, self.term_start, self.late)
        return "use_" + hashlib.sha256(repr(parts).encode()).hexdigest()[:40]

    def closed(self, now: int) -> bool:
        """Whether nothing more can count into it at `now` (UTC seconds)."""
        return now >= min(self.day + DAY, self.term_end) + SEAL_AFTER


@dataclass(frozen=True, slots=True)
class Report:
    """One day as it stands: what is to be reported, and of which organization."""

    organization_id: str
    day: BillingDay
    quantity: int
    sealed: bool = False

    def until(self, term_end: int) -> "Report":
        """The same of a term that ended at `term_end` (UTC seconds), for a cancellation ends it before its time."""
        return replace(self, day=replace(self.day, term_end=min(self.day.term_end, term_end)))


def billed_on(occurred_at: int, now: int, term: tuple[int, int]) -> int:
    """The day (first second, UTC) that bills a use: its own while that is open and in the term, else today."""
    own = occurred_at - occurred_at % DAY
    still_open = now < own + DAY + SEAL_AFTER - MARGIN and own + DAY > term[0]
    return own if still_open else now - now % DAY


def term_at(term: tuple[int, int], now: int) -> tuple[int, int]:
    """The term of a use at `now` (UTC seconds): the known one, or those that follow while no news of a renewal came.

    Chargebee's terms follow each other without a gap, so that the news finds the days where they belong. Of what
    follows only the end is a guess.
    """
    start, end = term
    length = max(DAY, end - start)
    past = max(0, (now - start) // length) * length
    return start + past, end + past

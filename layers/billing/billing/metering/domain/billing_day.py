"""The days by which metered usage is reported to Chargebee: one immutable number a day, feature and term."""

import hashlib
from dataclasses import dataclass, replace
from decimal import Decimal

from billing.core.clock import DAY, HOUR, Term

SEAL_AFTER = 6 * HOUR
"""Seconds after a day's end (UTC) for which uses that happened in it still count into it."""

MARGIN = HOUR
"""Seconds before the sealing from which late uses go to the open day, so that no use races the seal."""

PAUSE = 3_600
LONGEST_PAUSE = 6 * 3_600
"""Seconds before a day that Chargebee did not take is tried again: at the next run first, then after a pause that
doubles each time."""

CONFIRM_WITHIN = 3 * DAY
"""Seconds after its term's end by which an invoice has the usage of a term: its pending invoice is closed hours after
that end, by us or by the site."""


@dataclass(frozen=True, slots=True)
class BillingDay:
    """Where a use is billed: a day of a term, by their first seconds (UTC), with the metered item price.

    `late` is for what came after its day and its term were closed, `credit` for what Chargebee was told and should not
    have been. It counts in steps of 10^-`decimals`.
    """

    day: int
    subscription_id: str
    feature: str
    term_start: int
    term_end: int
    item_price_id: str
    late: bool = False
    credit: bool = False
    decimals: int = 0

    @property
    def usage_date(self) -> int:
        """A second of the day that lies in the term (UTC seconds); Chargebee takes one report for each. The days that
        lie behind their term have the seconds before its last ones."""
        end = min(self.day + DAY, self.term_end)
        behind = (self.day + DAY - end) // DAY
        return max(self.term_start, end - 1 - self.late - 2 * behind)

    def usage_id(self, organization_id: str) -> str:
        """The id under which Chargebee knows the report: reporting twice is reporting once."""
        what = (self.subscription_id, self.feature, self.item_price_id)
        parts = (organization_id, self.day, *what, self.term_start, self.late)
        return "use_" + hashlib.sha256(repr(parts).encode()).hexdigest()[:40]

    def closed(self, now: int) -> bool:
        """Whether nothing more can count into it at `now` (UTC seconds). What comes late has the whole day."""
        end = self.day + DAY
        return now >= (end if self.late else min(end, self.term_end)) + SEAL_AFTER


@dataclass(frozen=True, slots=True)
class BilledDay:
    """One day as it stands: the quantity to report, and the organization that it is of.

    A sealed day counts no further uses. After `attempts` that failed, the day is left alone until `not_before` (UTC
    seconds). A day that is `told` has been reported to Chargebee, and is on no invoice yet.
    """

    organization_id: str
    billing_day: BillingDay
    quantity: int
    sealed: bool = False
    attempts: int = 0
    not_before: int = 0
    told: bool = False

    @property
    def units(self) -> Decimal:
        """What Chargebee is told."""
        return Decimal(self.quantity).scaleb(-self.billing_day.decimals)

    def ready(self, now: int) -> bool:
        """Whether there is something to do about it at `now` (UTC seconds)."""
        return self.billing_day.closed(now) and self.not_before <= now

    def overdue(self, now: int) -> bool:
        """Whether no invoice will bill it any more."""
        return now >= self.billing_day.term_end + CONFIRM_WITHIN

    def postponed(self, now: int) -> "BilledDay":
        """It was tried in vain."""
        pause = min(LONGEST_PAUSE, PAUSE * 2 ** (self.attempts - 1)) if self.attempts else 0
        return replace(self, attempts=self.attempts + 1, not_before=now + pause)

    def told_at(self, now: int) -> "BilledDay":
        """Chargebee has it, and it is looked at again."""
        return replace(self.postponed(now), told=True)

    def until(self, term_end: int) -> "BilledDay":
        """The same day of a term that ended at `term_end` (UTC seconds): a cancellation ends a term early."""
        ended = replace(self.billing_day, term_end=min(self.billing_day.term_end, term_end))
        return replace(self, billing_day=ended)


def billed_on(occurred_at: int, now: int, term: Term) -> int:
    """The day (first second, UTC) that bills a use: its own while that is open and in the term, else today."""
    own = occurred_at - occurred_at % DAY
    still_open = now < own + DAY + SEAL_AFTER - MARGIN and own + DAY > term.start
    return own if still_open else now - now % DAY


def term_at(term: Term, now: int) -> Term:
    """The term that contains `now` (UTC seconds). If the renewal's webhook is late, the last known term is repeated.

    Chargebee's terms follow each other without a gap, so the start of a repeated term is exact once the webhook has
    come. Its end is a guess.
    """
    length = max(DAY, term.end - term.start)
    past = max(0, (now - term.start) // length) * length
    return Term(term.start + past, term.end + past)

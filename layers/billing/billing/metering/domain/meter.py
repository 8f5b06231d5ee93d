"""How much of a counted feature an organization has used in each of its periods."""

import calendar
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from billing.core.clock import DAY, Period, Term
from billing.core.errors import InvalidRequest
from billing.plans.feature import Counted, Reset

AVERAGE_MONTH = 365.25 / 12 * DAY
LONGEST_DEVIATION = 4 * DAY
"""How far a term of whole months may be from so many average ones: a February, and the hours between two time zones."""

_DAYS = {Reset.DAY: 1, Reset.WEEK: 7}
_MONTHS = {Reset.MONTH: 1, Reset.YEAR: 12}
_MONTHS_A_YEAR = 12

Boundary = Callable[[int], int]
"""When a period begins (UTC seconds), by its number."""


@dataclass(frozen=True, slots=True)
class Meter:
    """Invariant: `used + held + remaining = limit`, whatever happens in whatever order.

    `remaining` goes below zero where the plan allows overage, or after a change to a smaller plan. An unlimited
    feature has no limit and no remainder, and counts all the same. `version` guards the next write. `beyond` are the
    units that were used beyond the allowance: their number decides what the next ones cost by tiers. Everything is
    counted in steps of 10^-`decimals`. `lowered` are the units that adjustments have taken off it. Wallets have `paid`
    so many of those beyond; a version before this one did not count them.
    `alerts` are the percentages of the limit that are announced, and `alerted` is the highest that ever was in this
    period. `subscription_id` is the one that began the period, None for the default plan; `reset` is when that starts
    over.
    Of the limit, `rolled` units came from the period before, `rollover` at most: they are used first. `passed` units
    that it has no longer went to the next period. `beside` is the other meter that units were moved from or to, as it
    is with that: the two are written together.
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
    decimals: int = 0
    lowered: int = 0
    paid: int = 0
    rollover: int = 0
    rolled: int = 0
    passed: int = 0
    beside: "Meter | None" = None

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
    stays used. One that counts in other decimals stays as it is.
    """
    if stored is None:
        return unused(feature, period)
    if stored.decimals != feature.decimals:
        return stored
    limit = None if feature.limit is None else feature.limit + stored.rolled - stored.passed
    return replace(stored, limit=limit, end=period.end, alerts=feature.alerts, rollover=feature.rollover)


def check_decimals(meter: Meter, feature: Counted) -> None:
    """Raises InvalidRequest where the feature came back into the catalog with other decimals: nothing more counts."""
    if meter.decimals != feature.decimals:
        raise InvalidRequest(
            f"The feature {feature.id!r} has {feature.decimals} decimals, and this period counts {meter.decimals}. "
            "The catalog has to give it those, or another name."
        )


def unused(feature: Counted, period: Period) -> Meter:
    """A full balance."""
    return Meter(
        feature.id,
        period.start,
        period.end,
        feature.limit,
        alerts=feature.alerts,
        decimals=feature.decimals,
        rollover=feature.rollover,
    )


def period_at(reset: Reset, anchor: int, now: int, term: Term | None, zone: tzinfo) -> Period:
    """The period that `now` falls in; all are UTC seconds. A reset is a new one: nothing runs, nothing races.

    Months and years of a term that is made of them begin and end with it. All other periods are counted from the
    original `anchor`, at the same time of day in `zone`, so that one from 31 January runs to 28 February and then to
    31 March, and never drifts to the 28th. For `reset = "term"` the last known term goes on until its renewal is known,
    and the terms before it were like it.
    """
    if reset is Reset.TERM and term is not None:
        return Period(term.start, term.end) if now >= term.start else _earlier_term(term, now, zone)
    if reset in (Reset.NEVER, Reset.TERM):
        return Period(anchor, None)
    if days := _DAYS.get(reset):
        return _between(_day_boundary(anchor, zone), (now - anchor) // DAY // days * days, days, now)
    months = _MONTHS[reset]
    if term is not None and (regular := months_of(term)) and regular % months == 0:
        return _between(_term_boundary(term, months, zone), _months_between(term.start, now, zone), months, now)
    return _between(_month_boundary(anchor, zone), _months_between(anchor, now, zone), months, now)


def months_of(term: Term) -> int | None:
    """The months of a regular term, guessed where they are not known; 0 or None for one that is not made of months."""
    if term.months is not None:
        return term.months
    seconds = term.end - term.start
    count = round(seconds / AVERAGE_MONTH)
    return count if abs(seconds - count * AVERAGE_MONTH) <= LONGEST_DEVIATION else None


def calendar_anchor(reset: Reset, zone: tzinfo) -> int:
    """Where the calendar's own periods are counted from (UTC seconds), for what has no anchor: weeks begin on
    Mondays."""
    first = datetime(1970, 1, 5 if reset is Reset.WEEK else 1, tzinfo=zone)
    return int(first.timestamp())


def months_later(first: datetime, months: int) -> int:
    """`first` moved by whole months, clamped to the month's last day, in UTC seconds."""
    year, month = divmod(first.year * _MONTHS_A_YEAR + first.month - 1 + months, _MONTHS_A_YEAR)
    day = min(first.day, calendar.monthrange(year, month + 1)[1])
    return int(first.replace(year=year, month=month + 1, day=day).timestamp())


def _between(boundary: Boundary, guess: int, step: int, now: int) -> Period:
    """From the last boundary that is not after `now` to the next. Every `step`th counts, from the one of number 0."""
    number = guess // step * step
    while boundary(number) > now:
        number -= step
    while boundary(number + step) <= now:
        number += step
    return Period(boundary(number), boundary(number + step))


def _day_boundary(anchor: int, zone: tzinfo) -> Boundary:
    first = datetime.fromtimestamp(anchor, zone)
    return lambda days: int((first + timedelta(days=days)).timestamp())


def _earlier_term(term: Term, moment: int, zone: tzinfo) -> Period:
    """The term of the same kind that `moment` fell in: terms follow each other without a gap."""
    if months := months_of(term):
        return _between(_month_boundary(term.start, zone), _months_between(term.start, moment, zone), months, moment)
    length = max(DAY, term.end - term.start)
    start = term.start + (moment - term.start) // length * length
    return Period(start, start + length)


def _month_boundary(anchor: int, zone: tzinfo) -> Boundary:
    first = datetime.fromtimestamp(anchor, zone)
    return lambda months: months_later(first, months)


def _term_boundary(term: Term, step: int, zone: tzinfo) -> Boundary:
    """Counted from the term's start within it, and from its end behind it: there the next term will begin.

    A term has one period at least, and as many as come closest to what it lasts: it may be cut short or extended.
    """
    length = step * max(1, round((term.end - term.start) / (step * AVERAGE_MONTH)))
    first, last = _month_boundary(term.start, zone), _month_boundary(term.end, zone)
    return lambda months: first(months) if months < length else last(months - length)


def _months_between(since: int, now: int, zone: tzinfo) -> int:
    """How many months have begun since then, by the calendar's numbers."""
    first, moment = (datetime.fromtimestamp(each, zone) for each in (since, now))
    return (moment.year - first.year) * _MONTHS_A_YEAR + moment.month - first.month

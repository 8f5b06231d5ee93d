"""The periods of a counted feature. A reset is a new period with a name of its own: nothing runs, nothing races."""

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime

from billing.plans.feature import Reset

DAY = 86_400

EPOCH = 0
FIRST_MONDAY = 4 * DAY
"""The anchors of what has none of its own: the default plan's months and weeks are the calendar's."""

_FIXED = {Reset.DAY: DAY, Reset.WEEK: 7 * DAY}
_MONTHS = {Reset.MONTH: 1, Reset.YEAR: 12}
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` until before `end`, UTC seconds; `end` is None for a period that never ends."""

    start: int
    end: int | None


def period_at(reset: Reset, anchor: int, now: int, term: tuple[int, int] | None) -> Period:
    """The period that `now` falls in; all are UTC seconds.

    Every period is counted from the original `anchor`, so that one from 31 January runs to 28 February and then to
    31 March, and never drifts to the 28th. A term without news goes on until there is some.
    """
    if reset is Reset.TERM and term is not None:
        return Period(*term)
    if reset in (Reset.NEVER, Reset.TERM):
        return Period(anchor, None)
    if seconds := _FIXED.get(reset):
        start = anchor + (now - anchor) // seconds * seconds
        return Period(start, start + seconds)
    return _calendar_period(_MONTHS[reset], anchor, now)


def calendar_anchor(reset: Reset) -> int:
    """Where the calendar's own periods are counted from, UTC seconds: weeks begin on Mondays."""
    return FIRST_MONDAY if reset is Reset.WEEK else EPOCH


def _calendar_period(months: int, anchor: int, now: int) -> Period:
    first = datetime.fromtimestamp(anchor, UTC)
    moment = datetime.fromtimestamp(now, UTC)
    passed = (moment.year - first.year) * _MONTHS_A_YEAR + moment.month - first.month
    count = passed // months
    if _after(first, count * months) > now:
        count -= 1
    return Period(_after(first, count * months), _after(first, (count + 1) * months))


def _after(first: datetime, months: int) -> int:
    """`first` moved by whole months, clamped to the month's last day."""
    year, month = divmod(first.year * _MONTHS_A_YEAR + first.month - 1 + months, _MONTHS_A_YEAR)
    day = min(first.day, calendar.monthrange(year, month + 1)[1])
    return int(first.replace(year=year, month=month + 1, day=day).timestamp())

"""Time, in UTC seconds."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

HOUR, DAY = 3_600, 86_400


def utc_now() -> int:
    """UTC seconds."""
    return int(time.time())


def month_of(moment: int) -> str:
    """The UTC month of a moment in UTC seconds, such as `2026-11`."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m")


Clock = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` until before `end`, UTC seconds; `end` is None for a period that never ends."""

    start: int
    end: int | None


@dataclass(frozen=True, slots=True)
class Term:
    """A paid term, or a trial: from `start` until before `end`, UTC seconds. Unlike a Period it always ends.

    `months` are those of a regular paid term, whatever this one lasts: 0 where terms are days or weeks, None where that
    is not known.
    """

    start: int
    end: int
    months: int | None = None


@dataclass(frozen=True, slots=True)
class Lifetime:
    """For how long something lasts: so many days, or so many months by the calendar. One of the two is 0."""

    days: int = 0
    months: int = 0

    def __str__(self) -> str:
        return f"{self.days} days" if self.days else f"{self.months} months"

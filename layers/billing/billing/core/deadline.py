"""How long the function that runs may still take.

One execution environment runs one invocation at a time, so that there is one deadline in it:
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from collections.abc import Callable
from math import inf
from time import monotonic
from typing import Any

ENDING = 1.0
"""Seconds that are left to say what went wrong."""


class Deadline:
    """Of no invocation yet, there is no end. `clock` is in seconds."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._end = inf

    def begin(self, context: Any) -> None:
        """An invocation begins, with Lambda's context; one that does not tell its time has no end."""
        remaining = getattr(context, "get_remaining_time_in_millis", None)
        self._end = self._clock() + remaining() / 1000 - ENDING if remaining else inf

    def left(self) -> float:
        """Seconds after which whatever is waited for has to be given up; less than nothing when that is over."""
        return self._end - self._clock()


deadline = Deadline()
"""The invocation's that runs."""

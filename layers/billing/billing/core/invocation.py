"""The invocation that is under way: what began it, so that one id leads from click to hook, until when it may run."""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from math import inf
from time import monotonic
from types import MappingProxyType
from typing import Any

CARRIED = ("request_id", "event_id")
"""The API's id of the request, or the invocation's where there was none, and the vendor's event."""

_UNDER_WAY: ContextVar[Mapping[str, str]] = ContextVar("cause", default=MappingProxyType({}))


def cause() -> Mapping[str, str]:
    """Of the ids in `CARRIED` those that are known; none outside of a handler."""
    return _UNDER_WAY.get()


def caused_by(known: Mapping[str, object]) -> None:
    """From here on the work is what these ids began; what else is in `known` is left out."""
    _UNDER_WAY.set({name: str(known[name]) for name in CARRIED if known.get(name)})


ENDING = 1.0
"""Seconds that are left to say what went wrong."""


class Deadline:
    """How long the function that runs may still take. Of no invocation yet, there is no end. `clock` is in seconds."""

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
"""Of the invocation that runs. An execution environment runs one at a time, so that there is one deadline in it:
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

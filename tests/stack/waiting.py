"""Waiting for what queues and functions do behind an answer: on a condition, and never longer than a deadline."""

import time
from collections.abc import Callable

PATIENCE = 30.0
"""Seconds. A cold function on a busy machine takes several; a warm one some hundredths."""

PAUSE = 0.03


class TookTooLong(AssertionError):
    """The condition did not come true in time; the message holds what was seen last."""


def until[Seen](
    look: Callable[[], Seen],
    wanted: Callable[[Seen], bool] = bool,
    patience: float = PATIENCE,
    pause: float = PAUSE,
) -> Seen:
    """What `look` sees as soon as it is `wanted`. `pause` is the time between two looks."""
    deadline = time.monotonic() + patience
    while not wanted(seen := look()):
        if time.monotonic() > deadline:
            raise TookTooLong(f"after {patience:.0f} s: {seen!r}")
        time.sleep(pause)
    return seen

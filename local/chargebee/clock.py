"""Time in UTC seconds: the machine's, plus what a test has added."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Never runs backwards, except at `reset`."""

    def __init__(self) -> None:
        self._offset = 0.0
        self._held: float | None = None

    def now(self) -> int:
        return int(self.precise())

    def precise(self) -> float:
        return time.time() + self._offset if self._held is None else self._held

    def advance(self, seconds: float) -> None:
        self._offset += seconds

    def reset(self) -> None:
        self._offset = 0.0

    @contextmanager
    def held_at(self, moment: float) -> Iterator[None]:
        """Work that fell due at `moment` is done, and dated, at `moment`."""
        self._held = moment
        try:
            yield
        finally:
            self._held = None

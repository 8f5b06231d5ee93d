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

    @property
    def ahead(self) -> float:
        """Seconds by which it is ahead of the machine's."""
        return self._offset

    def meant(self, moment: int) -> int:
        """A moment that lies ahead for the caller, whose own clock nobody advanced, lies as far ahead here."""
        machine = time.time()
        return moment + int(self._offset) if machine < moment <= machine + self._offset else moment

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

"""Answers of another system's that may be a moment old."""

from collections.abc import Callable, Hashable
from typing import Any

from billing.core.clock import Clock


class Recent:
    """Keeps answers for `lifetime` seconds, in this process: the newest `most` of them. An error is never kept."""

    def __init__(self, clock: Clock, lifetime: int, most: int = 100) -> None:
        self._clock = clock
        self._lifetime = lifetime
        self._most = most
        self._kept: dict[Hashable, tuple[int, Any]] = {}

    def __call__[Answer](self, key: Hashable, read: Callable[[], Answer]) -> Answer:
        """What was read under the key, or is read now. Raises what `read` raises."""
        now = self._clock()
        at, kept = self._kept.get(key, (now - self._lifetime, None))
        answer: Answer = kept if now < at + self._lifetime else self._read(key, read, now)
        return answer

    def _read[Answer](self, key: Hashable, read: Callable[[], Answer], now: int) -> Answer:
        answer = read()
        self._kept.pop(key, None)
        self._kept[key] = (now, answer)
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]
        return answer

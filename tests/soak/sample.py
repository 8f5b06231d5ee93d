"""One look at the stack, and what many of them say of its memory."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.soak.memory import Held, Process

SETTLED = 300.0
"""Seconds that a worker has to live for its memory to be judged: a younger one still loads what it needs, and on a busy
machine late."""
ROOM = 1.5
"""What it may hold at its end, over what it held at half of its life."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Seconds since the first webhook, messages in the queues, writes that were throttled so far, memory."""

    second: float
    waiting: int
    throttled: int
    held: Held

    @property
    def megabytes(self) -> float:
        return sum(self.held.values())

    @property
    def largest_worker(self) -> float:
        """Megabytes; nothing while no function runs."""
        return max((each for process, each in self.held.items() if process.function), default=0.0)


def grown(samples: Sequence[Sample]) -> list[str]:
    """The workers whose memory is not flat."""
    return [
        f"a worker of {process.function} grew from {half:.0f} to {last:.0f} MB in half of its life"
        for process, (half, last) in _second_halves(samples)
        if last > ROOM * half
    ]


def _second_halves(samples: Sequence[Sample]) -> Iterator[tuple[Process, tuple[float, float]]]:
    """What each worker held at half of its life and at its end."""
    lives: Mapping[Process, list[tuple[float, float]]] = {
        process: [(each.second, each.held[process]) for each in samples if process in each.held]
        for process in dict.fromkeys(process for each in samples for process in each.held if process.function)
    }
    for process, life in lives.items():
        (born, _), (died, last) = life[0], life[-1]
        if died - born >= SETTLED:
            yield process, (next(held for second, held in life if second >= (born + died) / 2), last)

"""Time that passes only when a test, or what it tests, says so."""

from dataclasses import dataclass, field


@dataclass
class Moment:
    """A clock and the `sleep` that moves it; seconds."""

    now: float = 1_790_000_000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> int:
        return int(self.now)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

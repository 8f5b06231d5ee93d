"""How often something may happen: a number of times in a window of time, for each organization."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Budget:
    """`times` in every window of `seconds`; windows begin at multiples of their length (UTC seconds)."""

    name: str
    times: int
    seconds: int

    def window(self, now: int) -> int:
        """When the window of `now` began."""
        return now - now % self.seconds


class Budgets(Protocol):
    """What every organization has left of its budgets."""

    def spend(self, organization_id: str, budget: Budget, now: int) -> None:
        """Count one occurrence at `now` (UTC seconds), unless that is too many. Raises RateLimited."""

"""The site's limit: so many calls in a time, and every call beyond it is refused.

https://apidocs.chargebee.com/docs/api/error-handling: a test site answers 150 calls a minute.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil


@dataclass
class RateLimit:
    """`calls` in any `seconds`, by the machine's time, whatever the site's clock says. Refused calls count for none."""

    calls: int
    seconds: int
    clock: Callable[[], float] = time.monotonic
    answered: deque[float] = field(default_factory=deque, init=False)

    def __post_init__(self) -> None:
        for name in ("calls", "seconds"):
            number = getattr(self, name)
            if not isinstance(number, int) or isinstance(number, bool) or number < 1:
                raise ValueError(f"{name} must be a whole number, one or more")

    def wait(self) -> int:
        """Zero takes this call in; else the seconds after which the next one is."""
        now = self.clock()
        while self.answered and self.answered[0] <= now - self.seconds:
            self.answered.popleft()
        if len(self.answered) < self.calls:
            self.answered.append(now)
            return 0
        return ceil(self.answered[0] + self.seconds - now)

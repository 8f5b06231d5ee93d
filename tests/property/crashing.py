"""Functions that die at any moment."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class Crash(BaseException):
    """The function is gone, with everything that it had in memory."""


@dataclass(slots=True)
class Crashing:
    """Crashes at the `place`th half call: odd before the effect, even after it. `place` 0 never does."""

    place: int
    passed: int = 0

    def __call__(self, name: str, effect: Callable[[], Any]) -> Any:
        self._pass()
        answer = effect()
        self._pass()
        return answer

    def _pass(self) -> None:
        self.passed += 1
        if self.passed == self.place:
            raise Crash

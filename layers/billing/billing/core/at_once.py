"""Two calls of which neither needs the other's answer, made at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol


class AtOnce(Protocol):
    """Makes two calls and gives both answers. When calls fail, one of the errors is raised, once both have ended."""

    def __call__[First, Second](
        self, first: Callable[[], First], second: Callable[[], Second], /
    ) -> tuple[First, Second]: ...


def one_after_the_other[First, Second](
    first: Callable[[], First], second: Callable[[], Second], /
) -> tuple[First, Second]:
    """Where it has to be the same every time."""
    return first(), second()


def in_parallel[First, Second](first: Callable[[], First], second: Callable[[], Second], /) -> tuple[First, Second]:
    """Where somebody waits for the answer."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        later = beside.submit(second)
        given = first()
        return given, later.result()

from collections.abc import Callable
from threading import Barrier

import pytest

from billing.core.at_once import AtOnce, in_parallel, one_after_the_other


def test_calls_in_parallel_are_under_way_at_once() -> None:
    both = Barrier(2, timeout=5)
    assert in_parallel(lambda: (both.wait(), "first")[1], lambda: (both.wait(), "second")[1]) == ("first", "second")


@pytest.mark.parametrize("at_once", [in_parallel, one_after_the_other])
@pytest.mark.parametrize("failing", [0, 1])
def test_the_error_of_either_call_is_raised(at_once: AtOnce, failing: int) -> None:
    calls: list[Callable[[], str]] = [lambda: "fine", lambda: "fine"]
    calls[failing] = lambda: "fine"[9]
    with pytest.raises(IndexError):
        at_once(*calls)

"""An answer of a moment ago is given again, for a while, and never an error."""

import pytest

from billing.core.recent import Recent


class Read:
    """Counts how often it was asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> int:
        self.times += 1
        return self.times


def recent(*moments: int, most: int = 100) -> Recent:
    times = iter(moments)
    return Recent(lambda: next(times), 20, most)


def failing() -> int:
    raise LookupError


def test_an_answer_is_given_again_until_its_lifetime_is_over() -> None:
    kept, read = recent(100, 119, 120), Read()
    assert [kept("a", read) for _ in range(3)] == [1, 1, 2]


def test_each_key_has_an_answer_of_its_own() -> None:
    kept, read = recent(100, 100, 100), Read()
    assert [kept(key, read) for key in ("a", "b", "a")] == [1, 2, 1]


def test_an_error_is_not_kept() -> None:
    kept = recent(100, 100)
    with pytest.raises(LookupError):
        kept("a", failing)
    assert kept("a", Read()) == 1


def test_only_so_many_are_kept_and_the_oldest_goes_first() -> None:
    kept, read = recent(*[100] * 5, most=2), Read()
    assert [kept(key, read) for key in ("a", "b", "c", "b", "a")] == [1, 2, 3, 2, 4]

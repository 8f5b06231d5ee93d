from dataclasses import dataclass
from math import inf

from billing.core.invocation import ENDING, Deadline


@dataclass
class Context:
    milliseconds: int

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


def test_what_is_left_shrinks_with_the_time_and_keeps_a_second_for_the_answer() -> None:
    now = 100.0
    deadline = Deadline(lambda: now)
    deadline.begin(Context(29_000))
    assert deadline.left() == 29 - ENDING
    now = 129.0
    assert deadline.left() == -ENDING


def test_each_invocation_has_its_own_and_outside_of_one_there_is_none() -> None:
    deadline = Deadline(lambda: 100.0)
    assert deadline.left() == inf
    deadline.begin(Context(0))
    deadline.begin(Context(10_000))
    assert deadline.left() == 10 - ENDING
    deadline.begin(None)
    assert deadline.left() == inf

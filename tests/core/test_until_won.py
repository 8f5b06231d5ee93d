from collections.abc import Callable

import pytest

from billing.core import until_won as module
from billing.core.errors import Conflict, InvalidState
from billing.core.until_won import LONGEST_PAUSE, SHORTEST_PAUSE, LostEveryRace, jittered, until_won

ATTEMPTS = {name: value for name, value in vars(module).items() if name.endswith("_ATTEMPTS")}
TABLE_TIMEOUT = 10.0
"""Seconds that a function has which calls nobody but the table (template.yaml)."""


class Contended:
    """Loses so many races, and then gets through."""

    def __init__(self, races: int, error: Callable[[], Exception] = lambda: Conflict("Somebody else wrote first.")):
        self.races = races
        self.error = error
        self.begun = 0

    def __call__(self) -> str:
        self.begun += 1
        if self.begun <= self.races:
            raise self.error()
        return "written"


def test_who_loses_no_race_does_not_wait() -> None:
    pauses: list[int] = []
    assert until_won(Contended(0), 3, "Lost.", pauses.append) == "written"
    assert pauses == []


def test_who_loses_begins_again_after_a_pause_until_the_last_attempt() -> None:
    pauses: list[int] = []
    assert until_won(Contended(2), 3, "Lost.", pauses.append) == "written"
    assert pauses == [1, 2]


def test_who_loses_every_race_says_so_without_a_last_pause() -> None:
    attempt, pauses = Contended(3), list[int]()
    with pytest.raises(Conflict, match="The rule kept changing"):
        until_won(attempt, 3, "The rule kept changing.", pauses.append)
    assert (attempt.begun, pauses) == (3, [1, 2])


@pytest.mark.parametrize("error", [LostEveryRace("Lost inside."), InvalidState("Over.")])
def test_an_attempt_that_lost_every_race_of_its_own_or_fails_otherwise_is_not_begun_again(error: Exception) -> None:
    attempt = Contended(1, lambda: error)
    with pytest.raises(type(error)) as raised:
        until_won(attempt, 3, "Lost.", lambda lost: None)
    assert raised.value is error
    assert attempt.begun == 1


def test_a_pause_is_some_part_of_a_time_that_doubles_up_to_the_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(module, "sleep", slept.append)
    for lost in range(1, 60):
        jittered(lost, lambda: 1.0)
    jittered(60, lambda: 0.25)
    assert slept[:3] == [2 * SHORTEST_PAUSE, 4 * SHORTEST_PAUSE, 8 * SHORTEST_PAUSE]
    assert set(slept[5:59]) == {LONGEST_PAUSE}
    assert slept[59] == LONGEST_PAUSE / 4


@pytest.mark.parametrize("name", ATTEMPTS)
def test_the_pauses_of_all_attempts_leave_a_function_most_of_its_time(name: str) -> None:
    assert ATTEMPTS[name] * LONGEST_PAUSE <= TABLE_TIMEOUT / 3

"""Every make command that is told is one of the Makefile's, down to the program that it runs."""

import re
import shlex
import subprocess
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NoReturn

import pytest

from local import changing_plans
from local.operations import command
from local.operations.failure import OperationFailed
from tests.documented import ROOT, make_commands

type Program = Callable[[list[str], Mapping[str, str]], int]

PROGRAMS: Mapping[str, Program] = {"local.operations": command.main, "local.changing_plans": changing_plans.main}
"""What the operations run. Each reads the STAGE from its environment."""
HELP = re.compile(r"^([a-z-]+):.*## (.*)$", re.MULTILINE)
EXAMPLES = {"ORG": "org_1", "SINCE": "2h"}
"""For what a sentence leaves open."""


@cache
def planned(*words: str) -> str:
    """What `make` would run."""
    done = subprocess.run(["make", "--dry-run", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.replace("\\\n", "")


def programs(plan: str) -> Iterator[tuple[Program, list[str]]]:
    """Those of the plan whose arguments can be judged, with these."""
    for words in map(shlex.split, plan.splitlines()):
        yield from ((program, words[words.index(name) + 1 :]) for name, program in PROGRAMS.items() if name in words)


def reads(target: str, variable: str) -> bool:
    if planned(target, f"{variable}=anything") != planned(target):
        return True
    return variable == "STAGE" and any(programs(planned(target)))


def filled_in(given: str) -> str:
    name, value = given.strip("[]").split("=", 1)
    return f"{name}={EXAMPLES.get(name, 'x') if value in ('', '...') else value}"


def commands_of_the_help() -> Iterator[tuple[str, ...]]:
    for target, told in HELP.findall((ROOT / "Makefile").read_text()):
        yield target, *re.findall(r"\b[A-Z_]+=[^\s\]]*", told)


@pytest.mark.parametrize("words", sorted({*make_commands(), *commands_of_the_help()}), ids=" ".join)
def test_make_reads_all_that_it_is_told_to_be_given(words: tuple[str, ...]) -> None:
    target, *given = words
    assert [each for each in given if not reads(target, each.strip("[]").split("=")[0])] == []


@pytest.mark.parametrize("words", sorted(make_commands()), ids=" ".join)
def test_the_program_behind_a_make_command_understands_it(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It gets as far as looking for its stack, or for the file that it is given."""

    def nowhere(*_: Any) -> NoReturn:
        raise OperationFailed("There is no stack.")

    for module in (command, changing_plans):
        monkeypatch.setattr(module, "find_target", nowhere)
    target, *given = words
    for program, arguments in programs(planned(target, *map(filled_in, given))):
        assert program(arguments, {}) == 1

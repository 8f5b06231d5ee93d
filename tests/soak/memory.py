"""How much memory this process's children and their children hold: the whole stack, each function's workers in it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from os import getpid
from pathlib import Path

KILOBYTES = 1024
WORKER = re.compile(r"ministack-lambda-.*-([A-Z][A-Za-z]+)-")
"""How the emulator names the folder from which it runs a function."""


@dataclass(frozen=True, slots=True)
class Process:
    """`function` is whose worker it is, empty for what is none."""

    number: int
    function: str


type Held = Mapping[Process, float]
"""Resident megabytes of each process."""


def held() -> Held:
    """Linux alone tells; elsewhere it is nothing."""
    parents, resident = dict[int, int](), dict[int, int]()
    for process, fields in _processes():
        parents[process] = int(fields["PPid"])
        resident[process] = int(fields.get("VmRSS", "0 kB").split()[0])
    mine = (process for process in parents if getpid() in _ancestors(process, parents))
    return {Process(each, _function(each)): resident[each] / KILOBYTES for each in mine}


def _function(process: int) -> str:
    with suppress(OSError):
        if found := WORKER.search(Path(f"/proc/{process}/cmdline").read_text()):
            return found[1]
    return ""


def _processes() -> Iterator[tuple[int, dict[str, str]]]:
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):  # it has just ended
            lines = (line.partition(":") for line in status.read_text().splitlines())
            yield int(status.parent.name), {name: value.strip() for name, _, value in lines}


def _ancestors(process: int, parents: dict[int, int]) -> Iterator[int]:
    while process := parents.get(process, 0):
        yield process

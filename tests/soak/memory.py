"""How much memory this process's children and their children hold, the stack's among them."""

from collections.abc import Iterator
from contextlib import suppress
from os import getpid
from pathlib import Path

KILOBYTES = 1024


def megabytes() -> float:
    """Resident, of all of them together. Linux alone tells; elsewhere it is nothing."""
    parents, resident = dict[int, int](), dict[int, int]()
    for process, fields in _processes():
        parents[process] = int(fields["PPid"])
        resident[process] = int(fields.get("VmRSS", "0 kB").split()[0])
    mine = {process for process in parents if getpid() in _ancestors(process, parents)}
    return sum(resident[process] for process in mine) / KILOBYTES


def _processes() -> Iterator[tuple[int, dict[str, str]]]:
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):  # it has just ended
            lines = (line.partition(":") for line in status.read_text().splitlines())
            yield int(status.parent.name), {name: value.strip() for name, _, value in lines}


def _ancestors(process: int, parents: dict[int, int]) -> Iterator[int]:
    while process := parents.get(process, 0):
        yield process

"""A file of the uses that wait, so that they outlive the process."""

import fcntl
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

from organization_billing.use import Use


class JournalTaken(Exception):
    """Another process writes the file."""


@dataclass(slots=True)
class Journal:
    """Lines of JSON, only ever added to: a use, or that one is settled. Emptied when nothing waits any more.

    A line that the end of a process has cut off tells nothing: `add` never returned from that use, and a settlement
    that is missing is answered the same again.
    """

    _file: IO[str]

    @classmethod
    def open(cls, path: Path) -> Self:
        """Raises JournalTaken: two processes would empty each other's lines."""
        file = path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise JournalTaken(f"{path} belongs to another process.") from None
        file.write("\n")  # what comes next is no part of a line that was cut off
        file.flush()
        return cls(file)

    def waiting(self) -> tuple[Use, ...]:
        """What an earlier process left."""
        self._file.seek(0)
        uses: dict[tuple[str, str], Use] = {}
        for line in _whole_lines(self._file):
            use = Use(line["organization"], line["event"], line.get("idempotency", "content"))
            if line["settled"]:
                uses.pop(use.key, None)
            else:
                uses[use.key] = use
        return tuple(uses.values())

    def add(self, use: Use) -> None:
        """The operating system has it when this returns."""
        self._write([_line(use, settled=False)])

    def settle(self, uses: Sequence[Use], *, left: int) -> None:
        """The API has answered for these, and so many others wait."""
        if left == 0:
            self._file.truncate(0)
            return
        self._write([_line(use, settled=True) for use in uses])

    def close(self) -> None:
        self._file.close()

    def _write(self, lines: Sequence[dict[str, object]]) -> None:
        self._file.write("".join(json.dumps(line) + "\n" for line in lines))
        self._file.flush()


def _line(use: Use, *, settled: bool) -> dict[str, object]:
    told = {"idempotency": use.idempotency, "settled": settled}
    return {"organization": use.organization_id, "event": use.event, **told}


def _whole_lines(file: IO[str]) -> Iterator[dict[str, Any]]:
    for line in file:
        try:
            yield json.loads(line)
        except ValueError:
            continue

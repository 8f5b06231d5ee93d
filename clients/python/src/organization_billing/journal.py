"""A file of the uses that wait, so that they outlive the process."""

import fcntl
import json
import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

from organization_billing.use import Use

MOST_LINES = 10_000
"""Lines after which a journal is written anew, if few of them still tell of what waits."""


class JournalTaken(Exception):
    """Another process writes the file."""


@dataclass(slots=True)
class Journal:
    """Lines of JSON, only ever added to: a use, or that one is settled. Emptied when nothing waits any more.

    When little waits among much that is settled it is written anew, beside the old one until it is whole.

    A line that the end of a process has cut off tells nothing: `add` never returned from that use, and a settlement
    that is missing is answered the same again.
    """

    _path: Path
    _file: IO[str]
    _count: int = 0

    @classmethod
    def open(cls, path: Path) -> Self:
        """Raises JournalTaken: two processes would empty each other's lines."""
        file = _locked(path)
        while os.fstat(file.fileno()).st_ino != path.stat().st_ino:  # it was written anew, and given up, meanwhile
            file.close()
            file = _locked(path)
        file.write("\n")  # what comes next is no part of a line that was cut off
        file.flush()
        return cls(path.resolve(), file)

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

    def settle(self, uses: Sequence[Use], *, left: Collection[Use]) -> None:
        """The API has answered for these, and those that are left wait."""
        if not left:
            self._file.truncate(0)
            self._count = 0
            return
        self._write([_line(use, settled=True) for use in uses])
        if self._count > MOST_LINES + 4 * len(left):
            self._write_anew(left)

    def close(self) -> None:
        self._file.close()

    def _write_anew(self, uses: Collection[Use]) -> None:
        beside = self._path.with_name(f"{self._path.name}.new")
        beside.write_text(_lines(_line(use, settled=False) for use in uses), encoding="utf-8")
        shutil.copymode(self._path, beside)
        fresh = _locked(beside)
        beside.replace(self._path)
        self._file.close()
        self._file, self._count = fresh, len(uses)

    def _write(self, lines: Sequence[dict[str, object]]) -> None:
        self._count += len(lines)
        self._file.write(_lines(lines))
        self._file.flush()


def _locked(path: Path) -> IO[str]:
    file = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise JournalTaken(f"{path} belongs to another process.") from None
    return file


def _line(use: Use, *, settled: bool) -> dict[str, object]:
    told = {"idempotency": use.idempotency, "settled": settled}
    return {"organization": use.organization_id, "event": use.event, **told}


def _lines(documents: Iterable[dict[str, object]]) -> str:
    return "".join(json.dumps(document) + "\n" for document in documents)


def _whole_lines(file: IO[str]) -> Iterator[dict[str, Any]]:
    for line in file:
        try:
            yield json.loads(line)
        except ValueError:
            continue

"""The lines that the functions logged, kept, so that each look asks for the newest alone."""

import json
import threading
from collections.abc import Callable

from local.operations.log_lines import Line

# A line is kept when its invocation ends, which may be this long after it was written.
LATENESS_SECONDS = 60


class Journal:
    """`read` gives the lines since a moment (UTC seconds). May be shared by threads."""

    def __init__(self, read: Callable[[int], list[Line]]) -> None:
        self._read = read
        self._lines: dict[str, Line] = {}
        self._reading = threading.Lock()

    def lines(self, since: int) -> list[Line]:
        """The lines since then (UTC seconds), oldest first; what is older is forgotten."""
        with self._reading:
            newest = max((line.at for line in self._lines.values()), default=0) // 1_000
            fresh = {_key(line): line for line in self._read(max(since, newest - LATENESS_SECONDS))}
            known = {key: line for key, line in self._lines.items() if line.at >= since * 1_000}
            self._lines = known | fresh
            return sorted(self._lines.values(), key=lambda line: line.at)


def _key(line: Line) -> str:
    return f"{line.at} {line.function} {json.dumps(dict(line.fields), sort_keys=True)}"

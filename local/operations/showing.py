"""Show an operator what the functions logged: as it stands, as it comes, or the way of one request or event."""

import time
from collections.abc import Callable, Sequence

from local.operations.failure import OperationFailed
from local.operations.log_lines import Line, Wanted, mentioning, wanted_lines
from local.operations.target import Target

LOOK_AGAIN_SECONDS = 2
# CloudWatch shows a line some seconds after it was written.
LATENESS_SECONDS = 30

type Pause = Callable[[float], object]


def show(target: Target, wanted: Sequence[Wanted], since: int) -> str:
    """The lines since then (UTC seconds) that are all that is `wanted`."""
    return "\n".join(map(str, wanted_lines(target, wanted, since))) or "Nothing was logged."


def follow(target: Target, wanted: Sequence[Wanted], since: int, pause: Pause = time.sleep) -> str:
    """Print the lines as they come, until the operator interrupts."""
    shown: set[str] = set()
    try:
        while True:
            for line in wanted_lines(target, wanted, since):
                if str(line) not in shown:
                    print(line, flush=True)
                shown.add(str(line))
                since = max(since, line.at // 1_000 - LATENESS_SECONDS)
            pause(LOOK_AGAIN_SECONDS)
    except KeyboardInterrupt:
        return "Stopped."


def trace(target: Target, one_id: str, since: int) -> str:
    """The way of a request or an event: accepted, queued, applied, announced, hook. Raises OperationFailed for none."""
    if not one_id.strip():
        raise OperationFailed("The way of what? Give the ID of a request, an event or an announcement.")
    lines = wanted_lines(target, [mentioning(one_id)], since)
    if not lines:
        raise OperationFailed(f"No line since then names {one_id}. A longer SINCE looks further back.")
    return "\n".join(f"{_after(line, lines[0])} {line}" for line in lines)


def _after(line: Line, first: Line) -> str:
    return f"+{(line.at - first.at) / 1000:8.3f} s"

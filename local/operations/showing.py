"""Show an operator what the functions logged: as it stands, as it comes, or the way of one request or event."""

import time
from collections.abc import Callable, Sequence

from local.operations.failure import OperationFailed
from local.operations.log_lines import Line, Wanted, mentioning, read_lines
from local.operations.target import Target

LOOK_AGAIN_SECONDS = 2
# CloudWatch shows a line some seconds after it was written.
LATENESS_SECONDS = 30

type Pause = Callable[[float], object]


def show(target: Target, wanted: Sequence[Wanted], since: int) -> str:
    """The lines since then (UTC seconds) that all of `wanted` want."""
    lines = [line for line in read_lines(target, since) if all(want(line) for want in wanted)]
    return "\n".join(map(str, lines)) or "Nothing was logged."


def follow(target: Target, wanted: Sequence[Wanted], since: int, pause: Pause = time.sleep) -> str:
    """Print the lines as they come, until the operator interrupts."""
    shown: set[str] = set()
    try:
        while True:
            for line in read_lines(target, since):
                if str(line) not in shown and all(want(line) for want in wanted):
                    print(line, flush=True)
                shown.add(str(line))
                since = max(since, line.at // 1_000 - LATENESS_SECONDS)
            pause(LOOK_AGAIN_SECONDS)
    except KeyboardInterrupt:
        return "Stopped."


def trace(target: Target, one_id: str, since: int) -> str:
    """The way of a request or an event: accepted, queued, applied, announced, hook. Raises OperationFailed for none."""
    lines = [line for line in read_lines(target, since, one_id) if mentioning(one_id)(line)]
    if not lines:
        raise OperationFailed(f"No line since then names {one_id}. A longer SINCE looks further back.")
    return "\n".join(f"{_after(line, lines[0])} {line}" for line in lines)


def _after(line: Line, first: Line) -> str:
    return f"+{(line.at - first.at) / 1000:8.3f} s"

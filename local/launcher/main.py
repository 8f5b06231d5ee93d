"""The launcher's entry point: signals, exit statuses and one line for each problem."""

import contextlib
import os
import signal
import sys
from types import FrameType

from local.launcher.problem import StackProblem

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
INTERRUPTED = 130


class Stopped(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal: the ways a stack ends when nothing is wrong.

    No Exception: whoever goes on after any mistake, as reloading does, must not go on after this.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.status = INTERRUPTED if number == signal.SIGINT else 0


def main(arguments: list[str]) -> int:
    for number in STOPPING:
        signal.signal(number, _stop)
    try:
        # Only now, for it takes a moment, in which somebody may press Ctrl-C.
        from local.launcher.options import read_options  # noqa: PLC0415
        from local.launcher.stack import run  # noqa: PLC0415

        run(read_options(arguments, os.environ))
    except Stopped as stopped:
        with contextlib.suppress(OSError):  # the terminal may be gone
            print("Stopped.", flush=True)
        return stopped.status
    except StackProblem as problem:
        print(problem, file=sys.stderr, flush=True)
        return 1
    except OSError as failure:  # a disk that is full, a directory that nobody may write
        print(f"The stack cannot go on: {failure}", file=sys.stderr, flush=True)
        return 1
    return 0


def _stop(number: int, frame: FrameType | None) -> None:
    # A second Ctrl-C must not cut short the stopping that the first began.
    for each in STOPPING:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped(number)

"""The launcher's entry point: signals, exit statuses and one line for each problem."""

import os
import signal
import sys
from types import FrameType

from local.launcher.options import read_options
from local.launcher.problem import StackProblem
from local.launcher.stack import run


class Stopped(Exception):
    """SIGINT or SIGTERM arrived: the way a stack ends when nothing is wrong."""


def main(arguments: list[str]) -> int:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        run(read_options(arguments, os.environ))
    except Stopped:
        return 0
    except StackProblem as problem:
        print(problem, file=sys.stderr, flush=True)
        return 1
    return 0


def _stop(number: int, frame: FrameType | None) -> None:
    # A second Ctrl-C must not cut short the stopping that the first began.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    raise Stopped

"""Loaded by each worker of the local stack before its function: what a function has on Lambda, or by its vendors' time.

Nothing of this is deployed, and the functions know nothing of it.
"""

import array
import fcntl
import os
import sys
import termios
import time
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import TextIO

PLACE = "LOCAL_CLOCK"
# Above what a busy machine needs to read a pipe, below what anybody would notice of one that nobody reads.
READ_WITHIN_SECONDS = 2.0


class AnswersAfterTheLog:
    """A worker's answers, each given when the log that came before it is read.

    The emulator takes what it has read of a log when an invocation ends. A line that it reads later would wait for the
    worker's next invocation, which may never come.
    """

    def __init__(self, answers: TextIO, log: TextIO) -> None:
        self._answers = answers
        self._log = log.fileno()

    def write(self, answer: str) -> int:
        patience = time.monotonic() + READ_WITHIN_SECONDS
        while _is_unread(self._log) and time.monotonic() < patience:
            time.sleep(0.001)
        return self._answers.write(answer)

    def flush(self) -> None:
        self._answers.flush()


def _is_unread(pipe: int) -> bool:
    waiting = array.array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, waiting)
    return waiting[0] > 0


def _ahead() -> int:
    try:
        return int(Path(os.environ[PLACE]).read_text())
    except FileNotFoundError:
        return 0


if PLACE in os.environ and find_spec("billing"):
    from billing.core import clock

    vars(clock)["time"] = SimpleNamespace(time=lambda: time.time() + _ahead())
    sys.stdout = AnswersAfterTheLog(sys.stdout, sys.stderr)

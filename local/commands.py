"""Commands of a set-up, which end when a signal ends it."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
RUNNING: set["subprocess.Popen[str]"] = set()
STARTING = threading.Lock()
"""Held while a command starts, so that none that runs is missing in `RUNNING`."""


class SetupFailed(Exception):
    """The one line that tells why the machine could not be set up, or what a command of the set-up said."""


def run(command: list[str]) -> None:
    """To its end, at the root of the checkout. Raises SetupFailed with what it said.

    It inherits what is marked so, as the lock of a set-up is.
    """
    with STARTING:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, close_fds=False
        )
        RUNNING.add(process)
    output, _ = process.communicate()
    with STARTING:
        RUNNING.discard(process)
    if process.returncode:
        raise SetupFailed(output.rstrip())


def watch_for_signals() -> Callable[[], None]:
    """Ctrl-C, SIGTERM or a closed terminal. A thread of their own hears of them, for the main one may be waiting for a
    command, and a signal that comes as it begins to wait is seen when it has ended waiting.

    The answer ends the watching: a signal that came before has ended the process, and one that comes after does.
    """
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell)
    for number in STOPPING:
        signal.signal(number, lambda number, frame: None)
    listener = threading.Thread(target=_listen, args=(told,), daemon=True)
    listener.start()

    def end() -> None:
        for number in STOPPING:
            signal.signal(number, signal.SIG_DFL)
        signal.set_wakeup_fd(-1)
        os.close(tell)
        listener.join()

    return end


def _listen(told: int) -> None:
    """Nothing is read where the watching ended before any signal came."""
    if number := os.read(told, 1):
        stop(number[0])


def stop(number: int) -> None:
    """At once, for what is half made has no stamp and is made anew."""
    with STARTING:
        with contextlib.suppress(OSError):  # the terminal is gone
            print("Stopped. What is half made is made anew next time.", file=sys.stderr, flush=True)
        for process in RUNNING:
            process.terminate()
        os._exit(128 + number)

"""The emulator's processes in which functions run: each from a directory that is named after its function."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from local.shared_clock import SharedClock


def kill_workers(directory: Path, function: str | None = None) -> int:
    """How many workers of the function (its logical id), or of all, were killed; they run below the directory."""
    listing = subprocess.run(["ps", "-axo", "pid=,command="], capture_output=True, text=True, check=True).stdout
    killed = 0
    for pid in workers_in(listing, directory, function):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            killed += 1
    return killed


def back_to_today(clock: SharedClock, directory: Path) -> None:
    """Who has worked ahead of today remembers answers until then, and works no longer."""
    if clock.ahead():
        clock.reset()
        kill_workers(directory)


def workers_in(listing: str, directory: Path, function: str | None) -> Iterator[int]:
    """The process ids of the function's workers, or of all, among the lines of `ps`."""
    for line in listing.splitlines():
        pid, _, command = line.strip().partition(" ")
        if f"{directory}/ministack-lambda-" in command and (function is None or f"-{function}-" in command):
            yield int(pid)

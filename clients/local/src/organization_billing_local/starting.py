"""Starting a local stack of one's own, on free ports, and stopping it with all of its processes."""

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO

from organization_billing_local.billing_stack import BillingStack
from organization_billing_local.checkout import Checkout, checkout

FREE_PORTS = ("--app-port=0", "--aws-port=0", "--chargebee-port=0", "--scalekit-port=0")
START_SECONDS = 120
STOP_SECONDS = 20
NAMING_ITSELF = ("sh", "-c", 'echo $$; exec "$@" >&2', "sh")
"""Before a command: it names its process group to the reaper, before whoever starts it can be interrupted."""
OURS = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
"""What the caller's Python was told and the stack's is not."""


class StackFailed(Exception):
    """The stack did not start or did not stop as it should: with what it said, which names the part that failed."""


@dataclass(frozen=True, slots=True)
class Place:
    """A directory of one stack's files, and the open file whose lock says that it is taken."""

    directory: Path
    lock: int


@contextmanager
def started(*, plans: Path | None = None, hooks: Path | None = None) -> Iterator[BillingStack]:
    """A stack that nobody has used, with these plans and hooks, or with the project's own.

    The first start on a machine sets up environments, which takes a minute or two. Raises StackFailed.
    """
    files = checkout()
    _set_up(files)
    with taken_place(files.root / ".local" / "stacks") as place:
        yours = put_together(files.root, place.directory / "yours", {"plans.toml": plans, "hooks.py": hooks})
        arguments = ("--organizations=", f"--yours={yours}")
        with launched(files.root, files.python, place.directory, *arguments, lock=place.lock) as contract:
            yield BillingStack.of(json.loads(contract.read_text()), place.directory / "logs")


@contextmanager
def launched(root: Path, python: Path, state: Path, *arguments: str, lock: int | None = None) -> Iterator[Path]:
    """A simulated stack of the checkout on free ports; the file that has its addresses. Raises StackFailed.

    Its processes end with this one, however this one ends; `lock` is a file that the stack keeps open until then.
    """
    state.mkdir(parents=True, exist_ok=True)
    contract, output = state / "stack.json", state / "launcher.log"
    started_at = time.time()
    command = [str(python), "-m", "local", "--simulated", f"--state={state}", *FREE_PORTS, *arguments]
    kept = () if lock is None else (lock,)
    with output.open("wb") as log, _reaper(root, python) as told:
        launcher = subprocess.Popen(
            (*NAMING_ITSELF, *command),
            cwd=root,
            env=_environment(),
            stdout=told,
            stderr=log,
            start_new_session=True,
            pass_fds=kept,
        )
        try:
            _await(launcher, contract, output, started_at)
            yield contract
        finally:
            launcher.terminate()
            status = launcher.wait(STOP_SECONDS)
    if status:
        raise StackFailed(f"The stack stopped with status {status}:\n{output.read_text()}")


@contextmanager
def _reaper(root: Path, python: Path) -> Iterator[IO[str] | None]:
    """The input of a process that kills the groups which it read there, once it ends: so it does with this process."""
    command = [str(python), str(root / "local" / "launcher" / "reaper.py")]
    reaper = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, start_new_session=True)
    try:
        yield reaper.stdin
    finally:
        reaper.communicate()


def _set_up(files: Checkout) -> None:
    """What is there already is looked at and left alone. Its progress goes to standard error."""
    command = ["sh", "local/python.sh", *files.set_up]
    done = subprocess.run(
        command,
        cwd=files.root,
        env=_environment(),
        stdout=sys.__stderr__,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise StackFailed(f"The environments in {files.root} could not be set up:\n{done.stderr}")


@contextmanager
def taken_place(places: Path) -> Iterator[Place]:
    """The first directory that nobody has, so that what a stack keeps for its next start is found again."""
    for number in count():
        directory = places / str(number)
        directory.mkdir(parents=True, exist_ok=True)
        lock = os.open(directory / "taken.lock", os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            continue
        with contextlib.closing(os.fdopen(lock)):
            yield Place(directory, lock)
        return


def put_together(root: Path, directory: Path, files: Mapping[str, Path | None]) -> Path:
    """A directory with the files that are given, and with the project's own in place of others."""
    directory.mkdir(exist_ok=True)
    for name, given in files.items():
        source = given or root / "layers" / "billing" / "billing" / name
        if not source.is_file():
            raise StackFailed(f"There is no {source}.")
        shutil.copy(source, directory / name)
    return directory


def _environment() -> dict[str, str]:
    """The caller's own Python may be the one that is looked for."""
    others = {name: value for name, value in os.environ.items() if name not in OURS}
    return others | {"PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))}


def _await(launcher: "subprocess.Popen[bytes]", contract: Path, output: Path, started_at: float) -> None:
    deadline = time.monotonic() + START_SECONDS
    # A stack that was killed leaves its contract behind, and the launcher removes it only a moment after it started.
    while not contract.exists() or contract.stat().st_mtime < started_at:
        if launcher.poll() is not None:
            raise StackFailed(output.read_text())
        if time.monotonic() > deadline:
            raise StackFailed(f"The stack was not ready in {START_SECONDS} s. It said:\n{output.read_text()}")
        time.sleep(0.02)

"""Sets up what the project runs on, then runs a command in it: `local.bootstrap [--with-sam|...] [argument ...]`.

Standard library only, because it runs before anything is installed. Each environment holds exactly what its lock
names, and is made anew when the lock or the interpreter changes. uv installs it where the machine has uv, else pip
does. The arguments, if any, go to the development environment's Python.
"""

import fcntl
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Protocol

from local import commands
from local.commands import SetupFailed

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".local"
LOCKS = ROOT / "local" / "requirements"
# Not sys.executable, which an activated .venv would make the Python of the very environment to be replaced.
INTERPRETER = Path(sys.base_prefix, "bin", "python3.13")
# What a lock does not name, with the hash that it says, is not installed.
EXACTLY = ("--require-hashes", "--no-deps", "--only-binary", ":all:")


class Installer(Protocol):
    """Installs the packages of a lock."""

    def install(self, lock: Path, python: Path, *options: str) -> None:
        """Into the environment of `python`, or where the options say."""


@dataclass(frozen=True, slots=True)
class Uv:
    """The machine's own uv."""

    executable: str

    def install(self, lock: Path, python: Path, *options: str) -> None:
        # Compiled here, as pip does it: where Python may write no bytecode, every process would compile it anew.
        command = [self.executable, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(python)]
        commands.run([*command, *EXACTLY, "-r", str(lock), *options])


@dataclass(frozen=True, slots=True)
class Pip:
    """A pip that installs into other environments, which so need none."""

    home: Path

    def install(self, lock: Path, python: Path, *options: str) -> None:
        command = [str(self.home / "bin" / "python"), "-m", "pip", "--python", str(python), "install", "--quiet"]
        commands.run([*command, "--disable-pip-version-check", "--no-input", *EXACTLY, "-r", str(lock), *options])


@dataclass(frozen=True, slots=True)
class Virtualenv:
    """An interpreter of its own, with the packages of its lock."""

    directory: Path
    lock: Path

    def fill(self, installer: Installer) -> None:
        commands.run([str(INTERPRETER), "-m", "venv", "--without-pip", str(self.directory)])
        installer.install(self.lock, self.python)

    @property
    def python(self) -> Path:
        return self.directory / "bin" / "python"


@dataclass(frozen=True, slots=True)
class PathEntry:
    """A directory to put on PYTHONPATH, as a Lambda layer is."""

    directory: Path
    lock: Path

    def fill(self, installer: Installer) -> None:
        installer.install(self.lock, INTERPRETER, "--target", str(self.directory))


type Environment = Virtualenv | PathEntry

DEVELOPMENT = Virtualenv(ROOT / ".venv", LOCKS / "dev.txt")
EMULATOR = Virtualenv(STATE / "venvs" / "aws", LOCKS / "aws.txt")
SAM = Virtualenv(STATE / "venvs" / "sam", LOCKS / "sam.txt")
RUNTIME = PathEntry(STATE / "runtime", LOCKS / "runtime.txt")
AUDIT = Virtualenv(STATE / "venvs" / "audit", LOCKS / "audit.txt")
SITE = Virtualenv(STATE / "venvs" / "docs", LOCKS / "docs.txt")
TRANSLATOR = PathEntry(STATE / "translator", LOCKS / "translator.txt")

ON_DEMAND: dict[str, list[Environment]] = {
    "--with-sam": [SAM, RUNTIME],
    "--with-audit": [AUDIT],
    "--with-docs": [SITE],
}


def layers() -> list[PathEntry]:
    """The layers with packages, built for this machine and not for Lambda's processor."""
    locks = sorted(ROOT.glob("layers/*/requirements.txt")) + sorted(ROOT.glob("layers/vendors/*/requirements.txt"))
    return [PathEntry(STATE / "layers" / lock.parent.name, lock) for lock in locks]


def main(arguments: list[str]) -> int:
    if sys.version_info[:2] != (3, 13):
        sys.exit(f"Python 3.13 is needed and this is {platform.python_version()}.")
    extra = ON_DEMAND.get("".join(arguments[:1]), [])
    command = arguments[1:] if extra else arguments
    end_watching = commands.watch_for_signals()
    try:
        set_up([DEVELOPMENT, EMULATOR, TRANSLATOR, *layers(), *extra])
    except SetupFailed as failure:
        sys.exit(str(failure))
    if command:
        os.chdir(ROOT)
        # Else a Ctrl-C of just now would be forgotten with this program.
        end_watching()
        os.execv(DEVELOPMENT.python, [str(DEVELOPMENT.python), *command])
    return 0


def set_up(environments: list[Environment]) -> None:
    """Bring the environments up to date, one setup at a time on this checkout."""
    STATE.mkdir(exist_ok=True)
    with (STATE / "bootstrap.lock").open("w") as lock:
        _hold(lock)
        stale = [environment for environment in environments if is_stale(environment)]
        if not stale:
            return
        print("Setting up (this happens again only when a lock changes):", flush=True)
        with chosen_installer() as installer, ThreadPoolExecutor(max_workers=2) as pool:
            for line in pool.map(partial(make, installer), stale):
                print(line, flush=True)


def _hold(lock: IO[str]) -> None:
    """Commands inherit the lock: the next set-up waits also for what outlives this process, killed as it may be."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Waiting for another set-up of this checkout to end.", flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)
    os.set_inheritable(lock.fileno(), True)


@contextmanager
def chosen_installer() -> Iterator[Installer]:
    uv = shutil.which("uv")
    # A shim on PATH may stand for a uv that is not there.
    if uv and subprocess.run([uv, "--version"], capture_output=True, check=False).returncode == 0:
        yield Uv(uv)
        return
    if importlib.util.find_spec("ensurepip") is None:
        raise SetupFailed("This Python has no ensurepip: install its venv package (Debian: python3.13-venv), or uv.")
    home = STATE / "pip"
    commands.run([str(INTERPRETER), "-m", "venv", "--clear", str(home)])
    try:
        yield Pip(home)
    finally:
        shutil.rmtree(home)


def make(installer: Installer, environment: Environment) -> str:
    """From nothing, and stamped last: a run that dies before leaves an environment that the next one makes anew."""
    started = time.monotonic()
    directory, lock = (path.relative_to(ROOT) for path in (environment.directory, environment.lock))
    _stamp_of(environment).unlink(missing_ok=True)
    try:
        if environment.directory.exists():
            shutil.rmtree(environment.directory)
        environment.fill(installer)
    except (SetupFailed, OSError) as failure:
        raise SetupFailed(f"Setting up {directory} from {lock} failed:\n{failure}") from failure
    _stamp_of(environment).write_text(_fingerprint(environment))
    return f"  {time.monotonic() - started:5.1f} s  {directory} from {lock}, by {type(installer).__name__.lower()}"


def is_stale(environment: Environment) -> bool:
    stamp = _stamp_of(environment)
    return not stamp.exists() or stamp.read_text() != _fingerprint(environment)


def _stamp_of(environment: Environment) -> Path:
    return environment.directory / "lock.sha256"


def _fingerprint(environment: Environment) -> str:
    seed = f"{INTERPRETER} {platform.python_version()} {platform.machine()} {environment.directory}\n"
    return hashlib.sha256(seed.encode() + environment.lock.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

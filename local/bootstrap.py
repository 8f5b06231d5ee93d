"""Sets up what the project runs on, then runs a command in it: `bootstrap.py [--with-sam] [argument ...]`.

Standard library only, because it runs before anything is installed. Each environment is redone only when its
requirement files or the interpreter change. The arguments, if any, go to the development environment's Python.
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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".local"
REQUIREMENTS = ROOT / "local" / "requirements"


class SetupFailed(Exception):
    """The one line that tells why the machine could not be set up."""


@dataclass(frozen=True)
class Virtualenv:
    """An interpreter of its own, with what its requirement file names."""

    directory: Path
    requirements: Path

    def install(self) -> None:
        if not self.python.exists():
            _run([sys.executable, "-m", "venv", str(self.directory)], self.directory)
        _pip(self.python, ["-r", str(self.requirements)], self.directory)

    @property
    def python(self) -> Path:
        return self.directory / "bin" / "python"


@dataclass(frozen=True)
class PathEntry:
    """A directory to put on PYTHONPATH, as a Lambda layer is; pip compiles what it puts there."""

    directory: Path
    requirements: Path
    installer: Virtualenv

    def install(self) -> None:
        shutil.rmtree(self.directory, ignore_errors=True)
        _pip(
            self.installer.python,
            ["-r", str(self.requirements), "--target", str(self.directory)],
            self.directory,
        )


type Environment = Virtualenv | PathEntry

DEVELOPMENT = Virtualenv(ROOT / ".venv", REQUIREMENTS / "dev.txt")
EMULATOR = Virtualenv(STATE / "venvs" / "aws", REQUIREMENTS / "aws.txt")
SAM = Virtualenv(STATE / "venvs" / "sam", REQUIREMENTS / "sam.txt")
RUNTIME = PathEntry(STATE / "runtime", REQUIREMENTS / "runtime.txt", EMULATOR)


def path_entries() -> list[PathEntry]:
    """The SAM translator, and the layers built for this machine and not for Lambda's processor."""
    layers = sorted(ROOT.glob("layers/*/requirements.txt")) + sorted(ROOT.glob("layers/vendors/*/requirements.txt"))
    return [
        PathEntry(STATE / "translator", REQUIREMENTS / "translator.txt", EMULATOR),
        *(PathEntry(STATE / "layers" / file.parent.name, file, EMULATOR) for file in layers),
    ]


def main(arguments: list[str]) -> int:
    if sys.version_info[:2] != (3, 13):
        print(f"Python 3.13 is needed and this is {platform.python_version()}.", file=sys.stderr)
        return 1
    with_sam = arguments[:1] == ["--with-sam"]
    command = arguments[1:] if with_sam else arguments
    try:
        set_up([SAM, RUNTIME] if with_sam else [])
    except SetupFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    if command:
        os.chdir(ROOT)
        os.execv(DEVELOPMENT.python, [str(DEVELOPMENT.python), *command])
    return 0


def set_up(extra: list[Environment]) -> None:
    """Bring every environment up to date, one setup at a time on this checkout."""
    if importlib.util.find_spec("ensurepip") is None:
        raise SetupFailed("This Python has no ensurepip: install its venv package (Debian: python3.13-venv).")
    STATE.mkdir(exist_ok=True)
    with (STATE / "bootstrap.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stale = [e for e in (DEVELOPMENT, EMULATOR, *path_entries(), *extra) if _is_stale(e)]
        if not stale:
            return
        print("Setting up (this happens again only when a requirement file changes):", flush=True)
        lanes: tuple[list[Environment], list[Environment]] = ([], [])
        for environment in stale:
            lanes[environment is not DEVELOPMENT].append(environment)
        with ThreadPoolExecutor(max_workers=2) as pool:
            for finished in [pool.submit(_install_all, lane) for lane in lanes]:
                finished.result()


def _install_all(environments: list[Environment]) -> None:
    for environment in environments:
        started = time.monotonic()
        _stamp_of(environment).unlink(missing_ok=True)
        environment.install()
        _stamp_of(environment).write_text(_fingerprint(environment))
        where, source = (p.relative_to(ROOT) for p in (environment.directory, environment.requirements))
        print(f"  {time.monotonic() - started:5.1f} s  {where} from {source}", flush=True)


def _is_stale(environment: Environment) -> bool:
    stamp = _stamp_of(environment)
    return not stamp.exists() or stamp.read_text() != _fingerprint(environment)


def _stamp_of(environment: Environment) -> Path:
    return environment.directory / "requirements.sha256"


def _fingerprint(environment: Environment) -> str:
    seed = f"{platform.python_version()} {platform.machine()} {environment.directory}\n"
    return hashlib.sha256((seed + _flatten(environment.requirements)).encode()).hexdigest()


def _flatten(requirements: Path) -> str:
    lines = requirements.read_text().splitlines()
    included = [line.split(maxsplit=1)[1] for line in lines if line.startswith("-r ")]
    return "\n".join(lines + [_flatten(requirements.parent / name) for name in included])


def _pip(python: Path, arguments: list[str], subject: Path) -> None:
    options = ["--quiet", "--disable-pip-version-check", "--no-input"]
    _run([str(python), "-m", "pip", "install", *options, *arguments], subject)


def _run(command: list[str], subject: Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SetupFailed(f"Setting up {subject.relative_to(ROOT)} failed:\n{done.stdout}{done.stderr}".rstrip())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

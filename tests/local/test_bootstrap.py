"""Environments are made from nothing, and count once they are whole."""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.bootstrap import PathEntry, Pip, Uv, chosen_installer, is_stale, make
from local.commands import SetupFailed
from tests.local_stack import ROOT


@dataclass
class Writes:
    """An installer of one file, in place of the packages."""

    name: str

    def install(self, lock: Path, python: Path, *options: str) -> None:
        directory = Path(options[1])
        directory.mkdir()
        (directory / self.name).write_text(lock.read_text())


class DiesHalfway(Writes):
    def install(self, lock: Path, python: Path, *options: str) -> None:
        super().install(lock, python, *options)
        raise KeyboardInterrupt


class Fails(Writes):
    def install(self, lock: Path, python: Path, *options: str) -> None:
        raise SetupFailed("no such package")


@pytest.fixture
def entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PathEntry:
    monkeypatch.setattr("local.bootstrap.ROOT", tmp_path)
    (tmp_path / "lock.txt").write_text("one==1\n")
    return PathEntry(tmp_path / "made", tmp_path / "lock.txt")


@pytest.fixture
def uv_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Path]:
    def put(exit_code: int) -> Path:
        uv = tmp_path / "uv"
        uv.write_text(f"#!/bin/sh\nexit {exit_code}\n")
        uv.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        return uv

    return put


def test_what_was_made_is_made_again_only_when_its_lock_changes(entry: PathEntry) -> None:
    assert is_stale(entry)
    make(Writes("one"), entry)
    assert not is_stale(entry)
    entry.lock.write_text("one==2\n")
    assert is_stale(entry)


def test_what_was_interrupted_halfway_is_made_anew_without_what_it_left(entry: PathEntry) -> None:
    with pytest.raises(KeyboardInterrupt):
        make(DiesHalfway("half"), entry)
    assert is_stale(entry)
    make(Writes("one"), entry)
    assert sorted(file.name for file in entry.directory.iterdir()) == ["lock.sha256", "one"]


def test_an_interrupted_remake_does_not_pass_for_what_was_there_before(entry: PathEntry) -> None:
    make(Writes("one"), entry)
    with pytest.raises(KeyboardInterrupt):
        make(DiesHalfway("half"), entry)
    assert is_stale(entry)


def test_a_failure_names_the_environment_and_its_lock(entry: PathEntry) -> None:
    with pytest.raises(SetupFailed, match=r"Setting up made from lock.txt failed:\nno such package"):
        make(Fails(""), entry)
    assert is_stale(entry)


SET_UP = """
import contextlib
import sys
from pathlib import Path
from local import bootstrap, commands

class Slow:
    def install(self, lock, python, *options):
        Path(options[1]).mkdir()
        commands.run(["sh", "-c", "echo $$ > pid; exec sleep 60"])

commands.ROOT = bootstrap.ROOT = bootstrap.STATE = Path(sys.argv[1])
bootstrap.chosen_installer = lambda: contextlib.nullcontext(Slow())
bootstrap.DEVELOPMENT = bootstrap.PathEntry(bootstrap.ROOT / "made", bootstrap.ROOT / "lock.txt")
bootstrap.is_stale = lambda environment: environment is bootstrap.DEVELOPMENT
sys.exit(bootstrap.main([]))
"""


@pytest.fixture
def installing(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A set-up in whose middle an installer runs for a minute; its id is in the file `pid`."""
    (tmp_path / "lock.txt").write_text("one==1\n")
    process = subprocess.Popen(
        [sys.executable, "-c", SET_UP, str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert process.poll() is None
    yield process
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_set_up_says_so_in_a_line_and_stops_its_installer(
    tmp_path: Path, installing: "subprocess.Popen[str]", sent: signal.Signals
) -> None:
    installing.send_signal(sent)
    said, _ = installing.communicate(timeout=10)  # the installer, too, has let go of the output
    assert said.splitlines()[1:] == ["Stopped. What is half made is made anew next time."]
    assert installing.returncode == 128 + sent
    assert not (tmp_path / "made" / "lock.sha256").exists()


def test_an_installer_that_outlives_its_set_up_holds_up_the_next_one(
    tmp_path: Path, installing: "subprocess.Popen[str]"
) -> None:
    """Else it would write into what the next one makes."""
    installing.kill()
    installing.wait()
    with (tmp_path / "bootstrap.lock").open("w") as lock:
        with pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
        fcntl.flock(lock, fcntl.LOCK_EX)


REPLACED = """
import os
import signal
import sys
import time
from local import bootstrap, commands

listen = commands._listen
commands._listen = lambda told: listen(told) if not time.sleep(0.2) else None
bootstrap.set_up = lambda environments: os.kill(os.getpid(), signal.SIGINT)
bootstrap.DEVELOPMENT = bootstrap.Virtualenv(__import__("pathlib").Path(sys.prefix), bootstrap.LOCKS)
bootstrap.main(["-c", "print('went on')"])
"""


def test_a_signal_that_comes_as_the_command_takes_over_is_not_forgotten() -> None:
    done = subprocess.run([sys.executable, "-c", REPLACED], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 128 + signal.SIGINT)


def test_uv_installs_where_it_is_there(uv_on_path: Callable[[int], Path]) -> None:
    uv = uv_on_path(0)
    with chosen_installer() as chosen:
        assert chosen == Uv(str(uv))


def test_pip_installs_where_uv_is_a_shim_of_nothing(uv_on_path: Callable[[int], Path]) -> None:
    uv_on_path(127)
    with chosen_installer() as chosen:
        assert isinstance(chosen, Pip)
        assert (chosen.home / "bin" / "pip").exists()
    assert not chosen.home.exists()


def test_the_interpreter_runs_in_the_checkout_wherever_the_shell_looks_for_directories(tmp_path: Path) -> None:
    (tmp_path / "local").mkdir()
    command = ["sh", "local/python.sh", "-c", "import os; print(os.getcwd())"]
    environment = os.environ | {"CDPATH": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (f"{ROOT}\n", "")

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

import pytest

from local.launcher.problem import StackProblem
from local.launcher.processes import Children, Service

# A child that starts a grandchild and prints its id; both would run for a minute.
PARENT = """
import subprocess, sys, time
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]).pid, flush=True)
time.sleep(60)
"""


def service(code: str) -> Service:
    return Service("sample", (sys.executable, "-c", code), dict(os.environ), port=1, health="/")


def is_running(pid: int) -> bool:
    """Zombies have ended: only nobody has asked for their status."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return state.stdout.strip().rstrip("+<NsLl") not in ("", "Z")


def test_leaving_stops_grandchildren_too(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        child = children.start(service(PARENT))
        while not child.log.read_text().strip():
            assert child.process.poll() is None
        grandchild = int(child.log.read_text())
        assert is_running(grandchild)
    assert not is_running(grandchild)
    assert child.process.returncode is not None


def test_a_child_that_dies_while_starting_is_told_with_its_log_s_end(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        child = children.start(service("import sys; sys.exit('the port is cursed')"))
        with pytest.raises(StackProblem, match=r"sample stopped with status 1.*\n.*the port is cursed"):
            child.await_ready()


def test_a_child_that_died_later_is_found(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        children.raise_if_one_died()
        child = children.start(service("raise SystemExit(3)"))
        child.process.wait()
        with pytest.raises(StackProblem, match="sample stopped with status 3"):
            children.raise_if_one_died()


class Interrupted(subprocess.Popen[bytes]):
    """Starts its child, and is interrupted before it can say so."""

    started: ClassVar[list[subprocess.Popen[bytes]]] = []

    def _execute_child(self, *arguments: Any) -> None:
        super()._execute_child(*arguments)  # type: ignore[misc]
        self.started.append(self)
        raise KeyboardInterrupt


def test_a_child_whose_start_is_interrupted_is_stopped_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeyboardInterrupt), Children(tmp_path) as children:
        monkeypatch.setattr(subprocess, "Popen", Interrupted)
        children.start(service("import time; time.sleep(60)"))
    assert Interrupted.started[0].wait(timeout=10) == -signal.SIGKILL


@pytest.mark.parametrize("consequence", [ConnectionRefusedError(), StackProblem("A pump stopped.")])
def test_what_fails_because_a_child_died_is_told_as_its_death(tmp_path: Path, consequence: Exception) -> None:
    with pytest.raises(StackProblem, match=r"sample stopped with status 3"), Children(tmp_path) as children:
        children.start(service("raise SystemExit(3)")).process.wait()
        raise consequence

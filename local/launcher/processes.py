"""The stack's child processes: each in a process group of its own, logging to a file, none left behind."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from local.launcher.layout import ROOT, shown
from local.launcher.problem import StackProblem

START_SECONDS = 30
STOP_SECONDS = 5
TAIL_LINES = 15
NAMING_ITSELF = ("sh", "-c", 'echo $$; exec "$@" >&2', "sh")
"""Before a command: it names its process group on the output, and then writes where its errors go.

Who starts it may be interrupted before it knows what it has started.
"""


@dataclass(frozen=True)
class Service:
    """A child to run; it is ready when `GET health` on its port answers 200."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    port: int
    health: str


@dataclass(frozen=True)
class Child:
    service: Service
    process: subprocess.Popen[bytes]
    log: Path

    def died(self) -> StackProblem | None:
        """What to tell when the child is gone, with the end of its log."""
        if self.process.poll() is None:
            return None
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-TAIL_LINES:])
        return StackProblem(
            f"{self.service.name} stopped with status {self.process.returncode}; the end of {shown(self.log)}:\n{tail}"
        )

    def await_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(self.service):
            if problem := self.died():
                raise problem
            if time.monotonic() > deadline:
                raise StackProblem(f"{self.service.name} was not ready in {START_SECONDS} s: see {shown(self.log)}.")
            time.sleep(0.02)

    def signal(self, number: signal.Signals) -> None:
        # The group outlives its leader as long as a grandchild (a Lambda worker) runs.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


class Children:
    """Starts services and, on leaving the context, stops every one with all its descendants.

    If this process is killed before it leaves the context, its reaper stops them.
    """

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._children: list[Child] = []
        logs.mkdir(parents=True, exist_ok=True)
        self._reaper = subprocess.Popen(
            [sys.executable, "-m", "local.launcher.reaper"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def start(self, service: Service) -> Child:
        path = self._logs / f"{service.name}.log"
        with path.open("wb") as log:
            process = subprocess.Popen(
                (*NAMING_ITSELF, *service.command),
                cwd=ROOT,
                env=dict(service.environment),
                stdin=subprocess.DEVNULL,
                stdout=self._reaper.stdin,
                stderr=log,
                start_new_session=True,
            )
        child = Child(service, process, path)
        self._children.append(child)
        return child

    def raise_if_one_died(self) -> None:
        for child in self._children:
            if problem := child.died():
                raise problem

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        problem = next(filter(None, (child.died() for child in self._children)), None)
        for child in self._children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for child in self._children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, deadline - time.monotonic()))
            child.signal(signal.SIGKILL)
            child.process.wait()
        self._reaper.communicate()
        if problem and isinstance(error, Exception):
            raise problem from error  # whoever waited for the child failed because of it


def _answers(service: Service) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=2)
    try:
        connection.request("GET", service.health)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()

"""An example's process, started by its own command on a free port."""

import os
import socket
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.local_stack import ROOT, Stack
from tests.stack.waiting import until

STOP_SECONDS = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings(stack: Stack) -> dict[str, str]:
    """What every example reads of the stack."""
    return {"BILLING_API_URL": stack.app, "SCALEKIT_ENVIRONMENT_URL": str(stack.scalekit)}


@contextmanager
def process(
    command: Sequence[str], environment: dict[str, str], directory: Path = ROOT
) -> Iterator[subprocess.Popen[str]]:
    """It is asked to stop on the way out, and has to do it in peace."""
    started = subprocess.Popen(
        command,
        cwd=directory,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.communicate(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            started.kill()
            raise


@contextmanager
def serving(
    command: Callable[[int], Sequence[str]], environment: dict[str, str], directory: Path = ROOT
) -> Iterator[httpx.Client]:
    """A client of what the command serves on its port, once it listens."""
    port = free_port()
    with process(command(port), environment | {"PORT": str(port)}, directory) as server:
        until(lambda: server.poll() is not None or _listens(port))
        assert server.poll() is None, server.communicate()[0]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=40, trust_env=False) as client:
            yield client


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

"""A running local stack as tests see it, and how one of their own is started."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[1]
FREE_PORTS = ("--app-port=0", "--aws-port=0", "--chargebee-port=0", "--scalekit-port=0")
START_SECONDS = 120
STOP_SECONDS = 20
ACCOUNT = "000000000000"


@dataclass(frozen=True)
class Credentials:
    """Basic auth, of webhooks or of an OAuth client."""

    username: str
    password: str


@dataclass(frozen=True)
class Stack:
    """The contract of `stack.json`; a vendor's address is None when a real sandbox stands in for its simulator."""

    app: str
    chargebee: str | None
    scalekit: str | None
    aws: str
    chargebee_webhook: Credentials
    scalekit_webhook_secret: str
    chargebee_api_key: str
    scalekit_client: Credentials
    table: str
    queues: dict[str, str]
    region: str
    outputs: dict[str, str]

    @classmethod
    def read(cls, contract: Path) -> Self:
        content = json.loads(contract.read_text())
        webhook, client = content.pop("chargebee_webhook"), content.pop("scalekit_client")
        return cls(
            chargebee_webhook=Credentials(**webhook),
            scalekit_client=Credentials(client["id"], client["secret"]),
            **content,
        )

    def client(self, service: str) -> Any:
        """A client of the emulated AWS, as the account's administrator."""
        import boto3

        return boto3.client(
            service,
            endpoint_url=self.aws,
            region_name=self.region,
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key="local",
        )


class StackDidNotStart(Exception):
    """With what the launcher said, which names the part that failed and the end of its log."""


@contextmanager
def started(state: Path, *arguments: str) -> Iterator[Stack]:
    """A simulated stack on free ports, in its own state directory; stopped with its processes on the way out."""
    state.mkdir(parents=True, exist_ok=True)
    output, contract = state / "launcher.log", state / "stack.json"
    started_at = time.time()
    command = [sys.executable, "-m", "local", "--simulated", f"--state={state}", *FREE_PORTS, *arguments]
    with output.open("wb") as log:
        launcher = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        _await(launcher, contract, output, started_at)
        yield Stack.read(contract)
    finally:
        launcher.terminate()
        status = launcher.wait(STOP_SECONDS)
    if status:
        raise AssertionError(f"The launcher stopped with status {status}:\n{output.read_text()}")


def _await(launcher: "subprocess.Popen[bytes]", contract: Path, output: Path, started_at: float) -> None:
    deadline = time.monotonic() + START_SECONDS
    # A stack that was killed leaves its contract behind, and the launcher removes it only a moment after it started.
    while not contract.exists() or contract.stat().st_mtime < started_at:
        if launcher.poll() is not None or time.monotonic() > deadline:
            raise StackDidNotStart(output.read_text())
        time.sleep(0.05)

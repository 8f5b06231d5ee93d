"""The simulator as its users meet it: a process on a port, spoken to over HTTP."""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

SECRET = "whsec_c2lnbmVkIGJ5IHRoZSBzaW11bGF0b3I="
REDIRECT_URI = "http://127.0.0.1:3000/"
START_TIMEOUT = 20  # seconds


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


OPENER = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    headers: Mapping[str, str]

    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True)
class Simulator:
    url: str
    authority: Path

    def call(self, verb: str, path: str, body: bytes | None = None, /, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, body, named, method=verb)
        try:
            with OPENER.open(request, timeout=10) as response:
                return Answer(response.status, response.read().decode(), dict(response.headers))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read().decode(), dict(error.headers))

    def get(self, path: str, /, **headers: str) -> Answer:
        return self.call("GET", path, None, **headers)

    def send(self, verb: str, path: str, body: object = None, /, **headers: str) -> Answer:
        return self.call(verb, path, json.dumps(body or {}).encode(), **headers)

    def form(self, path: str, fields: Mapping[str, str], /, **headers: str) -> Answer:
        kind = "application/x-www-form-urlencoded"
        return self.call("POST", path, urlencode(fields).encode(), content_type=kind, **headers)

    @property
    def bearer(self) -> dict[str, str]:
        """The headers of a caller of the management API: a token of the environment's own credentials."""
        grant = {"grant_type": "client_credentials", "client_id": "skc_local", "client_secret": "test_secret"}
        return {"authorization": f"Bearer {self.form('/oauth/token', grant).json()['access_token']}"}

    def create(self, display_name: str, **fields: object) -> dict[str, Any]:
        answer = self.send("POST", "/api/v1/organizations", {"display_name": display_name, **fields}, **self.bearer)
        assert answer.status == 201, answer
        organization: dict[str, Any] = answer.json()["organization"]
        return organization

    def token(self, **wanted: object) -> str:
        answer = self.send("POST", "/_sim/token", wanted)
        assert answer.status == 201, answer
        return str(answer.json()["access_token"])


@contextmanager
def running_simulator(
    state: Path, webhook_url: str, *options: str
) -> Iterator[tuple[Simulator, "subprocess.Popen[bytes]"]]:
    port = free_port()
    command = [sys.executable, "-m", "local.scalekit", "--port", str(port), "--state", str(state)]
    command += ["--webhook-url", webhook_url, "--webhook-secret", SECRET, "--redirect-uri", REDIRECT_URI, *options]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[3])
    try:
        simulator = Simulator(f"http://127.0.0.1:{port}", state / "ca.pem")
        _wait_until_ready(simulator, process)
        yield simulator, process
    finally:
        process.terminate()
        process.wait(10)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(simulator: Simulator, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if simulator.get("/_sim/health").status == 200:
                return
        except OSError:
            continue  # not listening yet
    raise AssertionError(f"the simulator did not start (exit status {process.poll()})")

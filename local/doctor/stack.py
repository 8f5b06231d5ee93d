"""The stack of this checkout while it runs, else the ports that it would take."""

import http.client
import json
from collections.abc import Iterator
from dataclasses import asdict
from urllib.parse import urlsplit

from local.doctor.finding import Finding, good, wrong
from local.launcher.layout import StateDirectory, shown
from local.launcher.options import Ports
from local.launcher.ports import bound
from local.launcher.problem import StackProblem

SECONDS = 5
PARTS = {"app": "/", "aws": "/_ministack/health", "chargebee": "/_sim/health", "scalekit": "/_sim/health"}


def stack(state: StateDirectory, ports: Ports) -> Iterator[Finding]:
    """While a stack runs its parts answer; else its ports are free."""
    if not state.contract.exists():
        for name, port in asdict(ports).items():
            yield _port(name, port)
        return
    contract = json.loads(state.contract.read_text())
    for name, path in PARTS.items():
        if contract[name]:
            yield _answers(state, name, contract[name], path)


def _port(name: str, port: int) -> Finding:
    try:
        bound(name, port).close()
    except StackProblem as taken:
        return wrong(f"port {port}", str(taken))
    return good(f"port {port}", f"is free for {name}")


def _answers(state: StateDirectory, name: str, url: str, path: str) -> Finding:
    connection = http.client.HTTPConnection(str(urlsplit(url).netloc), timeout=SECONDS)
    try:
        connection.request("GET", path)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as silent:
        return wrong(name, f"{url} does not answer ({silent}), though {shown(state.contract)} names it: `make run`")
    finally:
        connection.close()
    return good(name, f"{url} answers") if status == http.HTTPStatus.OK else wrong(name, f"{url} answers {status}")

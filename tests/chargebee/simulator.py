"""The Chargebee simulator on a free port, with what tests do to it and ask of it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from local.chargebee.server import create_app
from local.chargebee.simulator import Settings
from tests.yours import ITEM_PRICES


@dataclass(frozen=True)
class ChargebeeSimulator:
    url: str
    http: httpx.Client

    def reset(self) -> None:
        self._call("POST", "/_sim/reset")

    def calls(self) -> list[dict[str, Any]]:
        """Every API call since the last reset or `forget_calls`, in order."""
        found: list[dict[str, Any]] = self._call("GET", "/_sim/requests")["requests"]
        return found

    def called(self) -> list[str]:
        """The same, as `POST /customers`."""
        return [f"{call['method']} {call['path']}" for call in self.calls()]

    def forget_calls(self) -> None:
        self._call("DELETE", "/_sim/requests")

    def fail(self, path: str, **fault: Any) -> None:
        """Strike calls to `path`: `status`, `timeout`, `timeout_after`, `body`, `count`, `retry_after`."""
        self._call("PUT", "/_sim/faults", {"api": [{"path": path, **fault}]})

    def recover(self) -> None:
        self._call("PUT", "/_sim/faults", {})

    def assume(self, **answers: str) -> None:
        """Answer these of the documents' open questions so, until the next reset."""
        self._call("PUT", "/_sim/assumptions", answers)

    def set_up(self, **settings: Any) -> None:
        """Another site than the usual one, until the next reset."""
        self._call("PUT", "/_sim/settings", settings)

    def pay(self, page_id: str) -> str:
        """Complete a hosted page as a browser would; returns where the browser is sent."""
        return str(self._call("POST", f"/_sim/hosted_pages/{page_id}/pay")["redirect_url"])

    def advance(self, seconds: int) -> None:
        self._call("POST", "/_sim/clock", {"advance_seconds": seconds})

    def set(self, path: str, **fields: Any) -> None:
        """Change what the team sets up in the dashboard: `settings`, or `item_prices/<id>`."""
        self._call("PUT", f"/_sim/{path}", fields)

    def edit(self, subscription_id: str, **fields: Any) -> None:
        """Somebody of the team's changes any field of a subscription."""
        self._call("PATCH", f"/_sim/subscriptions/{subscription_id}", fields)

    def sign(self, subscription_id: str, billing_cycles: int) -> None:
        """The subscription is bound by a contract from now on."""
        self._call("POST", f"/_sim/subscriptions/{subscription_id}/contract_term", {"billing_cycles": billing_cycles})

    def events(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._call("GET", "/_sim/events")["events"]
        return found

    def ask(self, method: str, path: str, **params: str) -> dict[str, Any]:
        """An API call of the test's own, with another key than ours."""
        sent = {"params": params} if method == "GET" else {"data": params}
        answer = self.http.request(method, f"/api/v2{path}", auth=("key_of_the_test", ""), **sent)  # type: ignore[arg-type]
        answer.raise_for_status()
        document: dict[str, Any] = answer.json()
        return document

    def _call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        answer = self.http.request(method, path, json=body if body is not None else {})
        assert answer.is_success, answer.text
        document: dict[str, Any] = answer.json()
        return document


@contextmanager
def running_simulator(catalog: Path = ITEM_PRICES) -> Iterator[ChargebeeSimulator]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(
            create_app(Settings(url, catalog)), log_level="error", ws="none", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            with httpx.Client(base_url=url, transport=httpx.HTTPTransport(retries=20)) as http:
                yield ChargebeeSimulator(url, http)
        finally:
            server.should_exit = True
            thread.join()

"""A DynamoDB in front of the stack's, which throttles some of the writes, as a table does whose keys are hot."""

import json
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from typing import Any

import httpx

WRITES = ("PutItem", "UpdateItem", "TransactWriteItems")
REFUSALS = ("ProvisionedThroughputExceededException", "ThrottlingException")
REASONS = ("ThrottlingError", "ProvisionedThroughputExceeded")
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html"""
HOP = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding"})
"""Headers of one connection. The host that was signed is handed on."""


@dataclass
class Throttle:
    """Refuses every so-manieth write, by turns in each of the ways in which DynamoDB says it."""

    every: int
    writes: int = 0
    refused: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    alone: Iterator[str] = field(default_factory=lambda: cycle(REFUSALS))
    together: Iterator[str] = field(default_factory=lambda: cycle(REASONS))

    def refusal(self, operation: str, body: Mapping[str, Any]) -> dict[str, Any] | None:
        """DynamoDB's answer with status 400, None for what passes."""
        with self.lock:
            if operation not in WRITES:
                return None
            self.writes += 1
            if self.writes % self.every:
                return None
            self.refused += 1
            if operation != "TransactWriteItems":
                return _error(next(self.alone))
            others = [{"Code": "None"}] * (len(body["TransactItems"]) - 1)
            reasons = [*others, {"Code": next(self.together), "Message": "Throughput exceeds the current capacity."}]
            return _error("TransactionCanceledException") | {"CancellationReasons": reasons}


def _error(code: str) -> dict[str, Any]:
    return {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "Throughput exceeds the current capacity."}


class Server(ThreadingHTTPServer):
    """One that takes it calmly when a function that was killed is not there to hear the answer."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def throttled_table(url: str, throttle: Throttle) -> Iterator[str]:
    """Where it listens; what it lets pass goes to the DynamoDB at `url`."""
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as behind:

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers["content-length"]))
                operation = self.headers["x-amz-target"].rpartition(".")[2]
                if refusal := throttle.refusal(operation, json.loads(sent)):
                    return self._answer(
                        400, {"content-type": "application/x-amz-json-1.0"}, json.dumps(refusal).encode()
                    )
                kept = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
                answer = behind.post("/", content=sent, headers=kept)
                return self._answer(answer.status_code, answer.headers, answer.content)

            def _answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    if name.lower() not in HOP:
                        self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing: there are thousands."""

        server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()

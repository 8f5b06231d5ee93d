"""An HTTP server that answers what a test tells it to, and remembers how it was asked."""

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import batched
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Reply:
    """`hangs` keeps the caller waiting for as long as the server lives; `drips` is the pause behind every byte, in
    seconds.
    """

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    hangs: bool = False
    drips: float = 0

    def pieces(self) -> Iterator[bytes]:
        """As they are sent."""
        size = 1 if self.drips else max(len(self.body), 1)
        return (bytes(piece) for piece in batched(self.body, size, strict=False))


def json_reply(document: object, status: int = 200, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(document).encode(), {"content-type": "application/json", **named})


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass
class ScriptedServer:
    """Gives its replies one after the other, and the last one from then on."""

    url: str = ""
    replies: list[Reply] = field(default_factory=lambda: [Reply()])
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    closing: threading.Event = field(default_factory=threading.Event)

    def script(self, *replies: Reply) -> None:
        self.replies = list(replies)

    def next_reply(self) -> Reply:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False


@contextmanager
def running_server(tls: ssl.SSLContext | None = None) -> Iterator[ScriptedServer]:
    """A server on a free port of this machine, over TLS when given its context."""
    scripted = ScriptedServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            scripted.connections += 1
            super().setup()

        def answer(self) -> None:
            length = int(self.headers.get("content-length", 0))
            sent = self.rfile.read(length).decode() or urlsplit(self.path).query
            params = {name: values[0] for name, values in parse_qs(sent, keep_blank_values=True).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            scripted.asked.append(Asked(self.command, urlsplit(self.path).path, params, headers))
            reply = scripted.next_reply()
            if reply.hangs:
                scripted.closing.wait()
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in {**reply.headers, "content-length": str(len(reply.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            for piece in reply.pieces():
                scripted.closing.wait(reply.drips)
                self.wfile.write(piece)

        do_GET = do_POST = answer

        def log_message(self, format: str, *arguments: Any) -> None:
            """Tests ask `asked` instead."""

    server = _Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scripted.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield scripted
    finally:
        scripted.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()

"""The app's origin: the demo pages with what is behind them, and `/api/*` byte for byte to the gateway."""

import http.client
import json
import mimetypes
import re
import sys
import threading
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from local.launcher.layout import JS_CLIENT

# https://datatracker.ietf.org/doc/html/rfc9110#section-7.6.1 - for this connection only, never passed on.
HOP_BY_HOP = {"connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade"}
# What this server writes itself.
OWN_HEADERS = {"content-length", "date", "server"}
# API Gateway gives an integration 30 s.
GATEWAY_SECONDS = 35
STOP_POLL_SECONDS = 0.05
# The rest wait their turn: the emulator answers 429 above its own limit, which AWS sets a hundred times higher.
AT_ONCE = 10
JSON = [("Content-Type", "application/json")]
CONFIG_PATH = "/demo/config.json"
# Where the API sends a browser that was told of no other page; the demo is one page.
BILLING_PATH = "/billing"
BACKSTAGE = "/_local/"
# What a browser calls this machine. A name that a stranger's DNS leads here is none of them: its page gets nothing.
OWN_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
HOST = re.compile(r"(\[[0-9a-f:]+\]|[^:\[\]]+)(:[0-9]+)?")
# The JavaScript client, as a browser imports it.
CLIENT_PATH = "/client/"

type Backstage = Callable[[str, str], tuple[HTTPStatus, bytes]]
"""Answers what the pages ask about the stack itself, by method and path."""


def nothing_behind(_method: str, _path: str) -> tuple[HTTPStatus, bytes]:
    return HTTPStatus.NOT_FOUND, b"{}"


class FrontServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        port: int,
        gateway: str,
        pages: Path,
        config: dict[str, str | None],
        backstage: Backstage = nothing_behind,
        *,
        public: str = "",
    ) -> None:
        """`public` is the address of the team's own pages, which may pass requests on under their host's name."""
        super().__init__(("127.0.0.1", port), _Request)
        self.gateway = urlsplit(gateway)
        self.turns = threading.BoundedSemaphore(AT_ONCE)
        self.pages = pages.resolve()
        self.config = json.dumps(config).encode()
        self.backstage = backstage
        self.hosts = OWN_HOSTS | {urlsplit(public).hostname}

    def start(self) -> None:
        serve = partial(self.serve_forever, poll_interval=STOP_POLL_SECONDS)
        threading.Thread(target=serve, name="front server", daemon=True).start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that went elsewhere while it was answered is no error."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class _Request(BaseHTTPRequestHandler):
    server: FrontServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if not self._is_for_us():
            self._answer(
                HTTPStatus.MISDIRECTED_REQUEST, JSON, b'{"message": "This is not the host that you asked for."}'
            )
        elif self.path.startswith("/api/"):
            with self.server.turns:
                self._pass_on(body)
        elif urlsplit(self.path).path == CONFIG_PATH:
            self._answer(HTTPStatus.OK, JSON, self.server.config)
        elif self.path.startswith(BACKSTAGE):
            self._show_backstage()
        else:
            self._serve_page()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = handle_any

    def _is_for_us(self) -> bool:
        named = HOST.fullmatch(self.headers.get("host", "").lower())
        return named is not None and named[1] in self.server.hosts

    def _pass_on(self, body: bytes) -> None:
        gateway = self.server.gateway
        upstream = http.client.HTTPConnection(str(gateway.hostname), gateway.port or 80, timeout=GATEWAY_SECONDS)
        try:
            upstream.putrequest(self.command, gateway.path + self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in HOP_BY_HOP:
                    upstream.putheader(name, value)
            upstream.endheaders(body or None)
            answer = upstream.getresponse()
            self._answer(answer.status, answer.getheaders(), answer.read())
        except (OSError, http.client.HTTPException) as error:
            message = json.dumps({"message": f"The gateway did not answer: {error!r}"}).encode()
            self._answer(HTTPStatus.BAD_GATEWAY, JSON, message)
        finally:
            upstream.close()

    def _show_backstage(self) -> None:
        """A page of another site may send no JSON here without being allowed to first, and nobody allows it."""
        if self.command != "GET" and self.headers.get_content_type() != "application/json":
            self._answer(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, JSON, b"{}")
            return
        status, body = self.server.backstage(self.command, self.path)
        self._answer(status, JSON, body)

    def _serve_page(self) -> None:
        asked = unquote(urlsplit(self.path).path)
        root, name = self.server.pages, asked
        if asked.startswith(CLIENT_PATH):
            root, name = JS_CLIENT, asked.removeprefix(CLIENT_PATH)
        path = (root / ("" if asked == BILLING_PATH else name.lstrip("/"))).resolve()
        if path.is_dir():
            path /= "index.html"
        if not path.is_relative_to(root) or not path.is_file():
            self._answer(HTTPStatus.NOT_FOUND, [("Content-Type", "text/plain")], b"There is no such page.\n")
            return
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        # An edited page shows on reload.
        headers = [("Content-Type", f"{kind}; charset=utf-8"), ("Cache-Control", "no-store")]
        self._answer(HTTPStatus.OK, headers, path.read_bytes())

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in HOP_BY_HOP | OWN_HEADERS:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """The gateway logs every request already."""

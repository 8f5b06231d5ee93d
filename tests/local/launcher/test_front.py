"""The front server against a gateway that notes exactly what reached it."""

import http.client
import json
import socket
import struct
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from local.launcher.front import FrontServer
from local.launcher.layout import JS_CLIENT
from tests.stack.waiting import until

CONFIG: dict[str, str | None] = {"scalekit": "http://127.0.0.1:1", "clientId": "skc_local", "chargebeeSimulator": None}
SCRIPT = "text/javascript; charset=utf-8"
MORE_THAN_A_SOCKET_HOLDS = 32_000_000


@dataclass
class Seen:
    line: str
    headers: list[tuple[str, str]]
    body: bytes


class Gateway(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.seen: list[Seen] = []


class Answer(BaseHTTPRequestHandler):
    server: Gateway
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.seen.append(Seen(f"{self.command} {self.path}", self.headers.items(), body))
        self.send_response(302)
        self.send_header("Location", "https://example.test/?a=b")
        self.send_header("Set-Cookie", "one=1")
        self.send_header("Set-Cookie", "two=2")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    server = Gateway()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def behind(method: str, path: str) -> tuple[HTTPStatus, bytes]:
    return HTTPStatus.ACCEPTED, f"{method} {path}".encode()


@pytest.fixture
def front(gateway: Gateway, tmp_path: Path) -> Iterator[FrontServer]:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "index.html").write_text("<h1>demo</h1>")
    (tmp_path / "secret.txt").write_text("outside")
    server = FrontServer(
        0,
        f"http://127.0.0.1:{gateway.server_port}/api-id/$default",
        pages,
        CONFIG,
        behind,
        public="https://app.example:8443/",
    )
    server.start()
    yield server
    server.stop()


def request(
    front: FrontServer,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Iterable[tuple[str, str]] = (),
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", front.server_port, timeout=5)
    own = dict(headers).get("Host")
    connection.putrequest(method, path, skip_host=own is not None)
    for name, value in headers:
        connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer, content


def test_a_request_to_the_api_arrives_byte_for_byte(front: FrontServer, gateway: Gateway) -> None:
    body = b'{"a": "\xc3\xa9\x00",\r\n  "b":1}\xff'
    path = "/api/webhooks/chargebee?x=%2F&x=2&y=a+b"
    request(front, "POST", path, body, [("Webhook-Id", "msg_1"), ("X-Twice", "1"), ("X-Twice", "2")])
    seen = gateway.seen[0]
    assert (seen.line, seen.body) == (f"POST /api-id/$default{path}", body)
    assert ("Webhook-Id", "msg_1") in seen.headers
    assert [value for name, value in seen.headers if name == "X-Twice"] == ["1", "2"]


def test_the_gateway_s_answer_comes_back_with_its_status_and_repeated_headers(front: FrontServer) -> None:
    answer, content = request(front, "POST", "/api/open", b"body")
    assert (answer.status, content) == (302, b"body")
    assert answer.getheader("Location") == "https://example.test/?a=b"
    assert answer.msg.get_all("Set-Cookie") == ["one=1", "two=2"]


@pytest.mark.parametrize("host", ["localhost:3000", "127.0.0.1", "LOCALHOST", "[::1]:3000", "app.example"])
def test_this_machine_and_the_team_s_own_host_are_answered(front: FrontServer, host: str) -> None:
    answer, _ = request(front, "GET", "/", headers=[("Host", host)])
    assert answer.status == HTTPStatus.OK


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:3000", "127.0.0.1.evil.example", "", "["])
def test_a_name_that_a_stranger_has_led_here_gets_nothing(front: FrontServer, gateway: Gateway, host: str) -> None:
    for path in ("/", "/demo/config.json", "/_local/overview", "/api/open"):
        answer, content = request(front, "POST", path, b"{}", [("Host", host), ("Content-Type", "application/json")])
        assert (answer.status, gateway.seen) == (HTTPStatus.MISDIRECTED_REQUEST, [])
        assert b"not the host" in content


def test_pages_and_the_demo_s_settings_are_served(front: FrontServer) -> None:
    answer, content = request(front, "GET", "/?subscribed=1")
    assert (answer.getheader("Content-Type"), content) == ("text/html; charset=utf-8", b"<h1>demo</h1>")
    assert json.loads(request(front, "GET", "/demo/config.json")[1]) == CONFIG


def test_the_pages_import_the_javascript_client_from_its_own_folder(front: FrontServer) -> None:
    answer, content = request(front, "GET", "/client/index.js")
    assert (answer.getheader("Content-Type"), content) == (SCRIPT, (JS_CLIENT / "index.js").read_bytes())


def test_the_page_to_which_the_api_returns_a_browser_is_the_demo_s(front: FrontServer) -> None:
    answer, content = request(front, "GET", "/billing?toppedUp=1&id=hp_1&state=succeeded")
    assert (answer.status, content) == (200, b"<h1>demo</h1>")


def test_what_is_behind_the_pages_answers_by_method_and_path(front: FrontServer) -> None:
    answer, content = request(front, "GET", "/_local/timeline?organization=org_1")
    assert (answer.status, content) == (202, b"GET /_local/timeline?organization=org_1")
    asked = request(front, "POST", "/_local/failures/x", b"{}", [("Content-Type", "application/json")])
    assert asked[1] == b"POST /_local/failures/x"


def test_a_form_of_another_site_changes_nothing_behind_the_pages(front: FrontServer) -> None:
    form = [("Content-Type", "application/x-www-form-urlencoded")]
    assert request(front, "POST", "/_local/failures/x", b"", form)[0].status == 415


OUTSIDE = ["/nowhere", "/../secret.txt", "/%2e%2e/secret.txt", "//etc/passwd", "/client/../package.json", "/client/"]


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_outside_the_pages_is_served(front: FrontServer, path: str) -> None:
    assert request(front, "GET", path)[0].status == 404


def test_a_browser_that_goes_elsewhere_while_it_is_answered_is_no_error(
    front: FrontServer, capfd: pytest.CaptureFixture[str]
) -> None:
    (front.pages / "big.bin").write_bytes(bytes(MORE_THAN_A_SOCKET_HOLDS))
    others = frozenset(threading.enumerate())
    with socket.create_connection(("127.0.0.1", front.server_port), timeout=5) as browser:
        browser.sendall(b"GET /big.bin HTTP/1.1\r\nHost: app\r\n\r\n")
        assert browser.recv(1) == b"H"
        browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    until(lambda: not any("process_request_thread" in each.name for each in {*threading.enumerate()} - others))
    assert capfd.readouterr().err == ""


def test_a_gateway_that_is_gone_is_a_502(front: FrontServer, gateway: Gateway) -> None:
    gateway.shutdown()
    gateway.server_close()
    assert request(front, "POST", "/api/open", b"")[0].status == 502

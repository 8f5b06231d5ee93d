"""Everything wired together in one event loop: no other thread touches the state, so there is no lock."""

import asyncio
import contextlib
import signal
import socket
import time
from collections.abc import Iterator

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from local.scalekit import kept
from local.scalekit.api import Api
from local.scalekit.certificates import Certificates, ensure_certificates
from local.scalekit.clients import Clients
from local.scalekit.config import Config
from local.scalekit.control import Control
from local.scalekit.deliveries import Deliveries
from local.scalekit.faults import Faults
from local.scalekit.grants import Grants
from local.scalekit.keys import SigningKeys
from local.scalekit.machines import Machines
from local.scalekit.members import Members
from local.scalekit.oauth import OAuth
from local.scalekit.organizations import Organizations, timestamp
from local.scalekit.port import Ports, listen
from local.scalekit.rest import rest_routes
from local.scalekit.rpc import grpc_server
from local.scalekit.tokens import TokenIssuer
from local.scalekit.users import Users
from local.scalekit.webhook_events import EventWriter
from local.shared_clock import SharedClock

KEEP_ALIVE = 75
"""Seconds, longer than clients keep an idle connection: a server that closes it first may meet a request."""


async def serve(config: Config) -> None:
    """Serve until SIGINT or SIGTERM."""
    stopping = _stop_signal()
    certificates = ensure_certificates(config.state)
    organizations, api, app = _environment(config)
    http, https = HttpServer(app), HttpServer(app, certificates)
    grpc, grpc_plain, grpc_tls = grpc_server(api, certificates)
    await grpc.start()
    async with asyncio.TaskGroup() as running:
        running.create_task(http.run())
        running.create_task(https.run())
        public = await listen(config.port, Ports(http.port, https.port, grpc_plain, grpc_tls))
        await stopping.wait()
        public.close()
        http.stop()
        https.stop()
        await grpc.stop(None)
    if config.keep:
        kept.save(organizations, config.keep)


class HttpServer:
    """Uvicorn on a free loopback port, its signal handling left to us."""

    def __init__(self, app: Starlette, certificates: Certificates | None = None) -> None:
        files = {"ssl_keyfile": certificates.key, "ssl_certfile": certificates.leaf} if certificates else {}
        config = uvicorn.Config(
            app,
            log_level="warning",
            timeout_graceful_shutdown=1,
            timeout_keep_alive=KEEP_ALIVE,
            **files,  # type: ignore[arg-type]
        )
        self._server = _Quiet(config)
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=128)

    @property
    def port(self) -> int:
        port: int = self._socket.getsockname()[1]
        return port

    async def run(self) -> None:
        await self._server.serve(sockets=[self._socket])

    def stop(self) -> None:
        self._server.should_exit = True


class _Quiet(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _environment(config: Config) -> tuple[Organizations, Api, Starlette]:
    keys, faults, events = SigningKeys(), Faults(), EventWriter(config.environment_id)
    tokens = TokenIssuer(config.issuer, config.client_id, keys, _now)
    signing = SharedClock(config.clock).now if config.clock else _now
    deliveries = Deliveries(config.webhook_url, config.webhook_secret, config.retry_delays, faults, signing)
    organizations = Organizations(
        Members(timestamp),
        Machines(),
        announce=lambda kind, row: deliveries.send(events.organization_event(kind, row)),
    )
    if config.keep:
        kept.load(organizations, config.keep)
    grants = Grants(config, tokens, organizations.machines, _now)
    api = Api(organizations, Users(organizations), Clients(organizations), tokens, faults)
    routes = [
        *OAuth(config, keys, grants, organizations, faults).routes(),
        *Control(organizations, deliveries, events, tokens, grants, faults).routes(),
        *rest_routes(api, config.anonymous),
    ]
    cors = Middleware(CORSMiddleware, allow_origins=config.browser_origins, allow_methods=["*"], allow_headers=["*"])
    return organizations, api, Starlette(routes=routes, middleware=[cors])


def _now() -> int:
    return int(time.time())


def _stop_signal() -> asyncio.Event:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping

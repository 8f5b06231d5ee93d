"""Delivering events: at least once, in the background, retried on anything but a 2xx.

The vendor retries seven times over some three days; the delays here are that schedule scaled down. First attempts
go out one after the other in the order of the events; a retry never holds up the next event.
"""

import asyncio
import base64
import json
import time
from dataclasses import dataclass

import httpx

from local.chargebee.faults import Faults
from local.chargebee.store import Resource

RETRY_DELAYS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
_TIMEOUT = 20.0
_SHUFFLE_WINDOW = 0.3


@dataclass(frozen=True)
class Endpoint:
    url: str
    username: str = ""
    password: str = ""


@dataclass
class Attempt:
    """One attempt to deliver an event, and what became of it; `at` is in the machine's milliseconds."""

    event: Resource
    at: int
    answer: str


class Courier:
    """Owns the deliveries under way; the event itself carries their outcome in `webhook_status`."""

    def __init__(self, endpoint: Endpoint | None, faults: Faults, retry_delays: tuple[float, ...]) -> None:
        self.endpoint = endpoint
        self._faults = faults
        self._retry_delays = retry_delays
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        self.log: list[Attempt] = []
        # A kept connection to a receiver that restarts would fail deliveries for no reason of the receiver's.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._client = httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False, limits=limits)

    @property
    def pending(self) -> int:
        return len(self._tasks)

    def submit(self, event: Resource) -> None:
        """Called on the server's loop; returns before anything is sent."""
        if self.endpoint is None:
            _mark(event, "not_configured")
            return
        dice, faults = self._faults.dice, self._faults.webhooks
        if dice.random() < faults.drop:
            _mark(event, "skipped")
            self._note(event, "dropped")
            return
        copies = 2 if dice.random() < faults.duplicate else 1
        for _ in range(copies):
            self.send(event, delay=dice.uniform(0, _SHUFFLE_WINDOW) if faults.shuffle else 0.0)

    def send(self, event: Resource, delay: float = 0.0) -> None:
        """One delivery of the event as it is now, with its retries."""
        body = json.dumps(event | {"webhook_status": "scheduled"}).encode()
        task = asyncio.get_running_loop().create_task(self._deliver(event, body, delay))
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (failure := task.exception()) is not None:
            raise failure

    def drop_all(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()
        self.log.clear()

    async def close(self) -> None:
        self.drop_all()
        await self._client.aclose()

    async def _deliver(self, event: Resource, body: bytes, delay: float) -> None:
        if delay:
            await asyncio.sleep(delay)
        async with self._turn:
            failure = await self._attempt(event, body)
        for pause in self._retry_delays:
            if failure is None:
                break
            _mark(event, "re_scheduled", failure)
            await asyncio.sleep(pause)
            failure = await self._attempt(event, body)
        _mark(event, "succeeded" if failure is None else "failed", failure)

    async def _attempt(self, event: Resource, body: bytes) -> str | None:
        """None when it was taken, else why not."""
        noted = self._note(event, "under way")
        failure = await self._post(body)
        noted.answer = failure or "delivered"
        return failure

    def _note(self, event: Resource, answer: str) -> Attempt:
        noted = Attempt(event, time.time_ns() // 1_000_000, answer)
        self.log.append(noted)
        return noted

    async def _post(self, body: bytes) -> str | None:
        if self.endpoint is None:
            return "No webhook endpoint"
        headers = {"content-type": "application/json", "user-agent": "ChargeBee"}
        if self.endpoint.username:
            credentials = f"{self.endpoint.username}:{self.endpoint.password}".encode()
            headers["authorization"] = f"Basic {base64.b64encode(credentials).decode()}"
        try:
            response = await self._client.post(self.endpoint.url, content=body, headers=headers)
        except httpx.HTTPError as failure:
            return f"{type(failure).__name__}: {failure}"
        return None if response.is_success else f"HTTP {response.status_code}"


def _mark(event: Resource, status: str, failure: str | None = None) -> None:
    event["webhook_status"] = status
    for webhook in event["webhooks"]:
        webhook["webhook_status"] = status
    event.pop("webhook_failure_reason", None)
    if failure is not None:
        event["webhook_failure_reason"] = failure

"""Webhook delivery: signed, at least once, from the background, with the vendor's retries.

Signatures follow Standard Webhooks, as the SDK verifies them: `v1,` and the base64 of HMAC-SHA256 over
`{id}.{timestamp}.{body}`, keyed with the base64 that follows `whsec_`.
"""

import asyncio
import base64
import hashlib
import hmac
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local.scalekit.faults import Faults

TIMEOUT = 10.0  # seconds that an endpoint has to answer
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # the endpoint is on this machine


@dataclass
class Delivery:
    """`status` is pending, delivered, failed (every try used up) or dropped (by a fault).

    `times` are those of the attempts, in the machine's milliseconds; of a dropped one, when it was.
    """

    event: dict[str, Any]
    body: bytes
    attempts: int = 0
    status: str = "pending"
    answers: list[str] = field(default_factory=list)
    times: list[int] = field(default_factory=list)

    @property
    def id(self) -> str:
        return str(self.event["id"])

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "type": self.event["type"],
            "body": self.event,
            "attempts": self.attempts,
            "status": self.status,
            "answers": self.answers,
            "times": self.times,
        }


@dataclass
class Deliveries:
    url: str
    secret: str
    retry_delays: tuple[float, ...]
    faults: Faults
    now: Callable[[], int]
    log: dict[str, Delivery] = field(default_factory=dict)
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    def send(self, event: dict[str, Any]) -> None:
        delivery = Delivery(event, json.dumps(event, separators=(",", ":")).encode())
        self.log[delivery.id] = delivery
        if self.faults.drops():
            delivery.status = "dropped"
            delivery.times.append(_milliseconds())
        else:
            self._start(delivery)

    def resend(self, delivery: Delivery) -> None:
        delivery.status = "pending"
        self._start(delivery)

    def pending(self) -> int:
        return sum(delivery.status == "pending" for delivery in self.log.values())

    def clear(self) -> None:
        for task in self._running:
            task.cancel()
        self.log.clear()

    def _start(self, delivery: Delivery) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver(delivery))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _deliver(self, delivery: Delivery) -> None:
        for delay in (*self.retry_delays, None):
            if await self._attempt(delivery):
                if self.faults.duplicates():
                    await self._attempt(delivery)
                delivery.status = "delivered"
                return
            if delay is not None:
                await asyncio.sleep(delay)
        delivery.status = "failed"

    async def _attempt(self, delivery: Delivery) -> bool:
        delivery.attempts += 1
        delivery.times.append(_milliseconds())
        answer, accepted = await asyncio.to_thread(post, self._request(delivery))
        delivery.answers.append(answer)
        return accepted

    def _request(self, delivery: Delivery) -> urllib.request.Request:
        stamp = str(self.now())
        headers = {
            "content-type": "application/json",
            "webhook-id": delivery.id,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(self.secret, delivery.id, stamp, delivery.body),
        }
        return urllib.request.Request(self.url, delivery.body, headers, method="POST")


def _milliseconds() -> int:
    return time.time_ns() // 1_000_000


def signature(secret: str, identifier: str, stamp: str, body: bytes) -> str:
    key = base64.b64decode(secret.partition("_")[2])
    digest = hmac.digest(key, f"{identifier}.{stamp}.".encode() + body, hashlib.sha256)
    return "v1," + base64.b64encode(digest).decode()


def post(request: urllib.request.Request) -> tuple[str, bool]:
    """What the endpoint answered, in words, and whether it accepted the event."""
    try:
        with DIRECT.open(request, timeout=TIMEOUT) as response:
            return str(response.status), True
    except urllib.error.HTTPError as error:
        with error:
            return str(error.code), False
    except (OSError, http.client.HTTPException) as error:
        return str(error), False

"""The clients: one that blocks, and one for asyncio."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Self

import httpx

from organization_billing.call import Call
from organization_billing.credentials import MemberToken
from organization_billing.exchange import Came, Credentials, Patience, Pause, exchange, resume
from organization_billing.operations import AsyncRooms, Rooms

SECONDS = 35.0
"""The gateway gives up after thirty, and says so."""
PATIENCE = Patience()


class Billing(Rooms):
    """The API for code that blocks. Its threads may share one."""

    def __init__(
        self,
        api_url: str,
        credentials: Credentials,
        *,
        http: httpx.Client | None = None,
        patience: Patience = PATIENCE,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(self.send)
        self.api_url, self.credentials, self.patience, self.sleep = api_url, credentials, patience, sleep
        self.http = http or httpx.Client(timeout=SECONDS)
        self._made = None if http else self.http

    def send[Answer](self, call: Call[Answer]) -> Answer:
        """Send any call, also one that no method is for yet. Raises BillingError."""
        steps = exchange(call, self.api_url, self.credentials, self.patience)
        came: Came = None
        try:
            while True:
                came = self._do(resume(steps, came))
        except StopIteration as done:
            answer: Answer = done.value
            return answer

    def acting_as(self, token: str) -> "Billing":
        """The same connections, for somebody who is signed in."""
        return Billing(self.api_url, MemberToken(token), http=self.http, patience=self.patience, sleep=self.sleep)

    def close(self) -> None:
        """Connections that it was given are for whoever made them to close: others may use them."""
        if self._made:
            self._made.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _do(self, step: httpx.Request | Pause) -> Came:
        if isinstance(step, Pause):
            self.sleep(step.seconds)
            return None
        try:
            return self.http.send(step)
        except httpx.RequestError as error:
            return error


class AsyncBilling(AsyncRooms):
    """The API for asyncio. Its tasks may share one."""

    def __init__(
        self,
        api_url: str,
        credentials: Credentials,
        *,
        http: httpx.AsyncClient | None = None,
        patience: Patience = PATIENCE,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        super().__init__(self.send)
        self.api_url, self.credentials, self.patience, self.sleep = api_url, credentials, patience, sleep
        self.http = http or httpx.AsyncClient(timeout=SECONDS)
        self._made = None if http else self.http

    async def send[Answer](self, call: Call[Answer]) -> Answer:
        """Send any call, also one that no method is for yet. Raises BillingError."""
        steps = exchange(call, self.api_url, self.credentials, self.patience)
        came: Came = None
        try:
            while True:
                came = await self._do(resume(steps, came))
        except StopIteration as done:
            answer: Answer = done.value
            return answer

    def acting_as(self, token: str) -> "AsyncBilling":
        """The same connections, for somebody who is signed in."""
        return AsyncBilling(self.api_url, MemberToken(token), http=self.http, patience=self.patience, sleep=self.sleep)

    async def aclose(self) -> None:
        """Connections that it was given are for whoever made them to close: others may use them."""
        if self._made:
            await self._made.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _do(self, step: httpx.Request | Pause) -> Came:
        if isinstance(step, Pause):
            await self.sleep(step.seconds)
            return None
        try:
            return await self.http.send(step)
        except httpx.RequestError as error:
            return error

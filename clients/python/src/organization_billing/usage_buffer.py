"""A buffer in front of the usage API: uses are recorded in batches, each once, however often it takes to get there."""

import asyncio
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from organization_billing.buffer import CAPACITY, LOG, Buffer, log
from organization_billing.client import AsyncBilling, Billing
from organization_billing.errors import BillingError
from organization_billing.exchange import resume
from organization_billing.types import RecordedList
from organization_billing.waiting import Flushed, flushing


class UsageBuffer(Buffer):
    """For code that blocks: `with UsageBuffer(billing) as usage: usage.add(...)`. A thread of its own flushes it."""

    def __init__(
        self,
        billing: Billing,
        *,
        every: float = 2.0,
        report: Callable[[Flushed], None] = log,
        journal: Path | None = None,
        capacity: int = CAPACITY,
    ) -> None:
        super().__init__(every=every, report=report, journal=journal, capacity=capacity)
        self._billing = billing
        self._one_at_a_time = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._flush_on, name="usage buffer", daemon=True)

    def flush(self) -> Flushed:
        """Deliver what waits now. Raises BufferClosed."""
        self._refuse_a_copy()
        with self._one_at_a_time:
            steps = flushing(self._waiting, time.time())
            came: RecordedList | BillingError | None = None
            try:
                while True:
                    call = resume(steps, came)
                    try:
                        came = self._billing.send(call)
                    except BillingError as failure:
                        came = failure
            except StopIteration as done:
                flushed: Flushed = done.value
        return self._told(flushed)

    def close(self) -> None:
        """Flush a last time. Raises StillWaiting."""
        if self._is_copy:
            return
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()
        self._waiting.close()
        try:
            self.flush()
        finally:
            self._done()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _flush_on(self) -> None:
        while not self._closing.wait(self._every):
            try:
                self.flush()
            except Exception:  # a defect, ours or of `report`: the uses stay, and the thread does too
                LOG.exception("the usage buffer could not be flushed")


class AsyncUsageBuffer(Buffer):
    """For asyncio: `async with AsyncUsageBuffer(billing) as usage: usage.add(...)`. A task of its own flushes it."""

    def __init__(
        self,
        billing: AsyncBilling,
        *,
        every: float = 2.0,
        report: Callable[[Flushed], None] = log,
        journal: Path | None = None,
        capacity: int = CAPACITY,
    ) -> None:
        super().__init__(every=every, report=report, journal=journal, capacity=capacity)
        self._billing = billing
        self._one_at_a_time = asyncio.Lock()
        self._closing = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def flush(self) -> Flushed:
        """Deliver what waits now. Raises BufferClosed."""
        self._refuse_a_copy()
        async with self._one_at_a_time:
            steps = flushing(self._waiting, time.time())
            came: RecordedList | BillingError | None = None
            try:
                while True:
                    call = resume(steps, came)
                    try:
                        came = await self._billing.send(call)
                    except BillingError as failure:
                        came = failure
            except StopIteration as done:
                flushed: Flushed = done.value
        return self._told(flushed)

    async def aclose(self) -> None:
        """Flush a last time. Raises StillWaiting."""
        if self._is_copy:
            return
        self._closing.set()
        if self._task:
            await asyncio.wait([self._task])  # also where somebody has cancelled it
        self._waiting.close()
        try:
            await self.flush()
        finally:
            self._done()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._flush_on(), name="usage buffer")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _flush_on(self) -> None:
        while not await self._closed_within(self._every):
            try:
                await self.flush()
            except Exception:  # a defect, ours or of `report`: the uses stay, and the task does too
                LOG.exception("the usage buffer could not be flushed")

    async def _closed_within(self, seconds: float) -> bool:
        try:
            return await asyncio.wait_for(self._closing.wait(), seconds)
        except TimeoutError:
            return False

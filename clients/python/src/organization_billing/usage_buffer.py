"""A buffer in front of the usage API: uses are recorded in batches, each once, however often it takes to get there."""

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from organization_billing.client import AsyncBilling, Billing
from organization_billing.errors import BillingError
from organization_billing.exchange import resume
from organization_billing.journal import Journal
from organization_billing.types import CostRequest, RecordedList
from organization_billing.use import Use, new_use
from organization_billing.waiting import Flushed, Waiting, flushing

CAPACITY = 100_000
LOG = logging.getLogger(__name__)


class StillWaiting(Exception):
    """The buffer was closed over uses that nobody has recorded, and no journal keeps them: here they are."""

    def __init__(self, uses: tuple[Use, ...]) -> None:
        super().__init__(f"{len(uses)} uses could not be delivered.")
        self.uses = uses


def log(flushed: Flushed) -> None:
    """Tell of what went wrong; a use that nobody takes back elsewhere is at least in the log, whole."""
    for refused in flushed.refused:
        LOG.error("a use of %s was refused (%s): %s", refused.organization_id, refused.code, json.dumps(refused.event))
    for failure in flushed.failures:
        LOG.warning("uses still wait: %s", failure)


class _Buffer:
    def __init__(
        self,
        *,
        every: float = 2.0,
        report: Callable[[Flushed], None] = log,
        journal: Path | None = None,
        capacity: int = CAPACITY,
    ) -> None:
        """Flush after so many seconds, and `report` what came of it.

        With a `journal`, a file of this process alone, what waits outlives the process: the next one delivers it.
        """
        self._every, self._report = every, report
        self._journal = Journal.open(journal) if journal else None
        self._waiting = Waiting(capacity, self._journal)

    def add(
        self,
        organization_id: str,
        feature: str,
        quantity: int | str = 1,
        *,
        event_id: str = "",
        occurred_at: int | None = None,
        dimensions: dict[str, str] | None = None,
        costs: list[CostRequest] | None = None,
    ) -> str:
        """Take a use, and answer its id, which is made here once and sent with every attempt.

        Raises BufferFull, BufferClosed, and ValueError for an id that waits with another use.
        """
        use = new_use(
            organization_id,
            feature,
            quantity,
            event_id=event_id,
            occurred_at=occurred_at,
            dimensions=dimensions,
            costs=costs,
        )
        self._waiting.add(use)
        return use.event["id"]

    @property
    def waiting(self) -> tuple[Use, ...]:
        """What the API has not answered for yet."""
        return self._waiting.all()

    def _told(self, flushed: Flushed) -> Flushed:
        """What is refused leaves when it was told of: a process that ends before tells of it when it runs again."""
        self._report(flushed)
        self._waiting.settle([Use(each.organization_id, each.event) for each in flushed.refused])
        return flushed

    def _done(self) -> None:
        if self._journal:
            self._journal.close()
        elif self.waiting:
            raise StillWaiting(self.waiting)


class UsageBuffer(_Buffer):
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
        """Deliver what waits now."""
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


class AsyncUsageBuffer(_Buffer):
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
        """Deliver what waits now."""
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
        self._closing.set()
        if self._task:
            await self._task
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

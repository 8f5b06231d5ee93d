"""What both buffers share: taking uses, and telling what became of them."""

import json
import logging
import os
from collections.abc import Callable
from pathlib import Path

from organization_billing.journal import Journal
from organization_billing.types import CostRequest
from organization_billing.use import Use, new_use
from organization_billing.waiting import BufferClosed, Flushed, Waiting

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


class Buffer:
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
        self._process = os.getpid()
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

        Raises BufferFull, BufferClosed, and ValueError for an id that waits with another use or what is no JSON.
        """
        self._refuse_a_copy()
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

    @property
    def _is_copy(self) -> bool:
        """A fork copies the buffer, but not what flushes it; the uses and the journal are the other process's."""
        return os.getpid() != self._process

    def _refuse_a_copy(self) -> None:
        if self._is_copy:
            raise BufferClosed("The buffer belongs to the process that made it: make another one after a fork.")

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

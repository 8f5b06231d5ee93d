"""The queue of the organizations that reconciling found, each of which is queued once a day at most."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import TYPE_CHECKING

from billing.app import wiring
from billing.app.clients import client
from billing.core.clock import DAY, utc_now
from billing.runtime.settings import settings
from billing.table.codec import decode, encode, key
from billing.table.dynamodb import Table

if TYPE_CHECKING:
    from billing.app.feed import BatchQueue
    from billing.core.clock import Clock

ASKED_FOR = DAY
"""Seconds for which a request counts. Whatever became of its message, the organization is asked for again then."""


class DynamoImports:
    """`Imports`: a queue, and a row for each organization that is on it, gone some time after it counts."""

    def __init__(self, queue: BatchQueue, table: Table, clock: Clock) -> None:
        self._queue = queue
        self._table = table
        self._clock = clock

    def send_all(self, bodies: Sequence[str]) -> None:
        """`BatchQueue`."""
        self._queue.send_all(bodies)

    def unasked(self, organization_ids: Collection[str]) -> frozenset[str]:
        """One read for every hundred."""
        rows = map(decode, self._table.batch_get([_key(each) for each in organization_ids]))
        asked = {row["pk"].removeprefix("IMPORT#") for row in rows if row["expires_at"] > self._clock()}
        return frozenset(organization_ids) - asked

    def asked(self, organization_ids: Collection[str]) -> None:
        """One write for every twenty-five."""
        gone = encode({"expires_at": self._clock() + ASKED_FOR})
        self._table.batch_put([_key(each) | gone for each in organization_ids])


@cache
def imports() -> DynamoImports:
    """With this deployment's queue and table."""
    table = Table(client("dynamodb"), settings()["TABLE_NAME"])
    return DynamoImports(wiring.queue("IMPORTS_QUEUE_URL"), table, utc_now)


def _key(organization_id: str) -> dict[str, object]:
    return key(f"IMPORT#{organization_id}", "ASKED")

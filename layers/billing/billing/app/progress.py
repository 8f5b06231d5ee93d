"""How far each part of reconciling has come."""

from dataclasses import dataclass
from typing import Any

from billing.table.codec import Codec, decode, encode, key
from billing.table.dynamodb import Table
from billing.table.writes import put


@dataclass(frozen=True, slots=True)
class Progress:
    """`whole_at` (UTC seconds) is when the last whole run ended, or the first run of all began. `stopped_at` is where
    the next run goes on; empty when the last one was whole.
    """

    whole_at: int
    stopped_at: str = ""


PROGRESS = Codec(Progress)


class DynamoProgress:
    """One row for each part. Of two runs at once the last to end counts: what it forgets is read again."""

    def __init__(self, client: Any, table: str) -> None:
        self._table = Table(client, table)

    def load(self, part: str, now: int) -> Progress:
        """One read, and before the first run of all one write: a part that never was whole grows older too.

        `now` is UTC seconds.
        """
        if item := self._table.get(key("RECONCILE", part)):
            return PROGRESS.read(decode(item))
        begun = Progress(now)
        self.save(part, begun)
        return begun

    def save(self, part: str, progress: Progress) -> None:
        """One write."""
        self._table.put(put(key("RECONCILE", part) | encode(PROGRESS.values(progress))))

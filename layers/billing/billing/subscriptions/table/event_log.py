"""The log of events: each entry is the proof that an event was dealt with."""

from billing.core.clock import DAY
from billing.subscriptions.domain.transaction import Outcome, ProcessedEvent
from billing.table.attributes import Attributes, encode, key
from billing.table.codec import Codec
from billing.table.writes import ABSENT, Expression, Write, WriteRefusal, put

LIFETIME = 90 * DAY
"""Seconds; far beyond Chargebee's three days of redelivery, and the hooks' queue."""

ENTRY = Codec(ProcessedEvent, apart=frozenset({"source", "event_id"}))
"""Both are in the key."""


def event_key(source: str, event_id: str) -> Attributes:
    """The key of the entry that proves an event was dealt with."""
    return key(f"EVENT#{source}#{event_id}", "EVENT")


def entry_write(entry: ProcessedEvent) -> Write:
    """Refused when the log has an entry that counts: only an orphan's may be replaced."""
    item = event_key(entry.source, entry.event_id) | encode({**ENTRY.values(entry), "expires_at": entry.at + LIFETIME})
    orphan = Expression(f"{ABSENT} OR outcome = :orphan", {":orphan": str(Outcome.ORPHAN)})
    return put(item, orphan, WriteRefusal.KNOWN)

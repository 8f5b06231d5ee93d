"""The rows of the timeline, and what they are made from. Times are UTC milliseconds of the machine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from local.operations.log_lines import Line


class Stage(StrEnum):
    """The way of an event, in its order."""

    REQUEST = "request"
    CALL = "call"
    READ = "read"
    SENT = "sent"
    ACCEPTED = "accepted"
    APPLIED = "applied"
    CHANGED = "changed"
    BUS = "bus"
    HOOK = "hook"
    FAILED = "failed"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Call:
    """A request to Chargebee, and the status that it was answered with."""

    at: int
    method: str
    path: str
    status: int
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt of a vendor to deliver an event; `answer` is what became of it."""

    at: int
    vendor: str
    event_id: str
    type: str
    answer: str
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Announcement:
    """A row of the outbox; `written_at` is only as exact as a second."""

    key: str
    transition: str
    event_id: str
    written_at: int
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sources:
    """What is written down. `outcomes` are the rows of the event log, by the event's id."""

    lines: Sequence[Line] = ()
    calls: Sequence[Call] = ()
    deliveries: Sequence[Delivery] = ()
    announcements: Sequence[Announcement] = ()
    outcomes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the timeline. `thread` is what it shares with the rows that it belongs to: an event, or a key."""

    id: str
    at: int
    stage: Stage
    title: str
    outcome: str
    thread: str
    document: Mapping[str, Any]
    cause: str | None = None

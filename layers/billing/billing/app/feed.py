"""Read a vendor's list page by page, and queue what is chosen of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from billing.core.errors import PayloadTooLarge
from billing.runtime.logs import count
from billing.runtime.queues import message

if TYPE_CHECKING:
    from billing.subscriptions.services.ports import Page

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Findings:
    """How many documents were read, and how many of them were news.

    `waiting` are the ids of organizations without a customer, for which none is made now. `stopped_at` is where the
    next run goes on, when the time was over before the list: UTC seconds of Chargebee's, a page's token of Scalekit's.
    """

    read: int
    missing: int
    waiting: tuple[str, ...] = ()
    stopped_at: str = ""


class BatchQueue(Protocol):
    """A durable queue that takes many at once."""

    def send_all(self, bodies: Sequence[str]) -> None:
        """When it returns, all are durable; when it raises, some may be."""


HasTime = Callable[[], bool]
"""Whether another page may be begun."""


def endlessly() -> bool:
    """It may."""
    return True


def unnoted(documents: Sequence[Document]) -> None:
    """Nobody notes what was queued."""


def feed(
    fetch: Callable[[str | None], Page[Document]],
    choose: Callable[[Sequence[Document]], list[Document]],
    queue: BatchQueue,
    has_time: HasTime = endlessly,
    place: Callable[[Page[Document]], str] = lambda page: page.next_offset or "",
    *,
    note: Callable[[Sequence[Document]], None] = unnoted,
) -> Findings:
    """Queue what is chosen of each page, while there is time. `place` says where the next run goes on behind a page.

    `note` hears of what was chosen once it is durable: a crash in between queues it twice, and loses nothing.
    """
    read = missing = 0
    offset = None
    while True:
        page = fetch(offset)
        read += len(page.resources)
        chosen = choose(page.resources)
        missing += len(bodies := _bodies(chosen))
        queue.send_all(bodies)
        note(chosen)
        if page.next_offset is None:
            return Findings(read, missing)
        if not has_time():
            return Findings(read, missing, stopped_at=place(page))
        offset = page.next_offset


def behind(*path: str) -> Callable[[Page[Document]], str]:
    """The second before the page's last document, whose time is at `path`: others of that second may follow."""

    def place(page: Page[Document]) -> str:
        told: Any = page.resources[-1]
        for name in path:
            told = told.get(name) if isinstance(told, Mapping) else None
        return str(moment(told) - 1)

    return place


def named(page: Sequence[Document], *path: str) -> list[Document]:
    """The entries whose resource, at `path`, has an id. Any other can be nobody's: it is counted, and stops nothing."""
    kept = []
    for entry in page:
        resource: Any = entry
        for name in path:
            resource = resource.get(name)
        if isinstance(resource, Mapping) and isinstance(resource.get("id"), str):
            kept.append(entry)
        else:
            count("document_refused", id=None)
    return kept


def _bodies(documents: Sequence[Document]) -> list[str]:
    """One document that no queue takes is counted, and stops nothing."""
    bodies = []
    for document in documents:
        try:
            bodies.append(message(document))
        except PayloadTooLarge:
            count("document_refused", id=document.get("id"))
    return bodies


def moment(value: object) -> int:
    """UTC seconds; what does not say when it was is long past."""
    return value if isinstance(value, int) else 0

"""Which of Scalekit's organizations a run looks at."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from billing.app.feed import Document
    from billing.app.reconcile import ScalekitLists
    from billing.subscriptions.services.ports import Page, Store


@dataclass(frozen=True, slots=True)
class Newest:
    """Those that were created since: up to the first page on which all are known.

    Scalekit does not promise an order. Where a page is not the newest first, all are looked at.
    """

    lists: ScalekitLists
    store: Store

    def organizations(self, offset: str | None) -> Page[Document]:
        """`ScalekitLists`."""
        page = self.lists.organizations(offset)
        times = [str(each.get("create_time") or "") for each in page.resources]
        ordered = times == sorted(times, reverse=True) and len(set(times)) > 1
        if ordered and not self.store.unprovisioned([each["id"] for each in page.resources]):
            return replace(page, next_offset=None)
        return page


@dataclass(frozen=True, slots=True)
class Everything:
    """All of them, from where the last run stopped; `seen` are their ids."""

    lists: ScalekitLists
    stopped_at: str
    seen: set[str] = field(default_factory=set)

    def organizations(self, offset: str | None) -> Page[Document]:
        """`ScalekitLists`."""
        page = self.lists.organizations(offset or self.stopped_at or None)
        self.seen.update(str(each["id"]) for each in page.resources)
        return page

"""The parts of a reconciliation that ask Scalekit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from billing.app import wiring
from billing.app.feed import Findings
from billing.app.reconcile import reconcile_organizations, restore_organizations, unprovisioned
from billing.core.clock import utc_now
from billing.core.errors import InvalidRequest, NotConfigured
from billing.runtime.logs import count, count_many, log_failure, logger

if TYPE_CHECKING:
    from billing.app.feed import Document, HasTime
    from billing.app.progress import Progress
    from billing.app.reconcile import ScalekitLists
    from billing.subscriptions.services.ports import Page, Store

NAMED = 20
"""Of the organizations that wait, or that are gone, in a line of the log."""


def new_organizations(until: int, progress: Progress, has_time: HasTime) -> Findings:
    """Those that were created since the last run, but for those after `until` (UTC seconds)."""
    return _asked(lambda scalekit: _counted(_fed(Newest(scalekit, wiring.store()), until, has_time)))


def all_organizations(until: int, progress: Progress, has_time: HasTime) -> Findings:
    """Every one that was created by then. A sweep in one run also tells which of ours Scalekit does not have any more,
    and deletes none.
    """

    def sweep(scalekit: ScalekitLists) -> Findings:
        ours = frozenset() if progress.stopped_at else frozenset(wiring.directory().ids())
        everything = Everything(scalekit, progress.stopped_at)
        found = _counted(_fed(everything, until, has_time))
        if not progress.stopped_at and not found.stopped_at:
            _tell_of("vanished_organizations", tuple(filter(_still_there, sorted(ours - everything.seen))))
        return found

    return _asked(sweep)


def the_rest(until: int, progress: Progress, has_time: HasTime) -> Findings | None:
    """What a sweep did not come to; None when it came to all."""
    return all_organizations(until, progress, has_time) if progress.stopped_at else None


def _asked(ask: Callable[[ScalekitLists], Findings]) -> Findings:
    """Without a secret that Scalekit takes nobody can ask it, and nothing else waits for it."""
    try:
        lists = wiring.scalekit()
    except NotConfigured as missing:
        count("scalekit_not_asked", reason=str(missing))
        return Findings(0, 0)
    return ask(lists)


def _fed(lists: ScalekitLists, until: int, has_time: HasTime) -> Findings:
    from billing.app.imports import imports  # noqa: PLC0415 - only where organizations are asked for

    feed = reconcile_organizations if wiring.provisions_existing() else restore_organizations
    return feed(lists, wiring.store(), imports(), utc_now(), until, has_time=has_time)


def _counted(found: Findings) -> Findings:
    count_many("missing_organizations", found.missing)
    _tell_of("organizations_without_customer", found.waiting)
    return found


def _still_there(organization_id: str) -> bool:
    organization = wiring.store().load(organization_id).organization
    return organization is not None and organization.deleted_at is None


def _tell_of(metric: str, organization_ids: tuple[str, ...]) -> None:
    """Count them, zero too, and name the first of them."""
    count_many(metric, len(organization_ids))
    if organization_ids:
        logger().warning(metric, extra={"organizations": organization_ids[:NAMED]})


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
        if ordered and not unprovisioned(page.resources, self.store):
            return replace(page, next_offset=None)
        return page


@dataclass(frozen=True, slots=True)
class Everything:
    """All of them, from where the last run stopped, or from the start if Scalekit does not know that page any more: how
    long its tokens hold is documented nowhere. `seen` are their ids.
    """

    lists: ScalekitLists
    stopped_at: str
    seen: set[str] = field(default_factory=set)

    def organizations(self, offset: str | None) -> Page[Document]:
        """`ScalekitLists`."""
        page = self.lists.organizations(offset) if offset else self._first()
        self.seen.update(str(each["id"]) for each in page.resources)
        return page

    def _first(self) -> Page[Document]:
        if self.stopped_at:
            try:
                return self.lists.organizations(self.stopped_at)
            except InvalidRequest as refusal:
                log_failure("sweep_begun_anew", refusal)
        return self.lists.organizations(None)

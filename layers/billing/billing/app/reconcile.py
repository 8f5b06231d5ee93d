"""Ask both vendors what we should know, and feed what is missing through the same queues.

Scalekit stops redelivering after about half an hour and Chargebee after about three days: without this, an outage
would lose data for good.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from billing.chargebee.excerpt import excerpt
from billing.chargebee.read_event import read_customer
from billing.chargebee.read_owner import read_owner
from billing.core.errors import PayloadTooLarge
from billing.organizations.domain.organization_event import CREATED
from billing.runtime.logs import count
from billing.runtime.queues import message
from billing.subscriptions.domain.billing_event import RECONCILED, RECONCILED_CUSTOMER

if TYPE_CHECKING:
    from billing.subscriptions.services.ports import Page, Queue, Store

Document = Mapping[str, Any]


class ChargebeeLists(Protocol):
    """Chargebee's lists, oldest first, as raw documents. `since` is UTC seconds."""

    def events(self, since: int, offset: str | None) -> Page[Document]:
        """Everything that has happened since."""

    def updated_subscriptions(self, since: int, offset: str | None) -> Page[Document]:
        """Every subscription that has changed since, of every status, the deleted too: `{subscription, customer}`."""

    def updated_customers(self, since: int, offset: str | None) -> Page[Document]:
        """Every customer that has changed since, but for the deleted."""


class ScalekitLists(Protocol):
    """Scalekit's organizations, as the `data` of their webhooks."""

    def organizations(self, offset: str | None) -> Page[Document]:
        """Everything there is."""


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


HasTime = Callable[[], bool]
"""Whether another page may be begun."""


def endlessly() -> bool:
    """It may."""
    return True


def reconcile_events(
    lists: ChargebeeLists, store: Store, events: Queue, since: int, until: int, *, has_time: HasTime = endlessly
) -> Findings:
    """Queue the events up to `until` (UTC seconds) that the event log does not have."""

    def missing(page: Sequence[Document]) -> list[Document]:
        return _unrecorded([each for each in _named(page) if _moment(each.get("occurred_at")) <= until], store)

    return _feed(lambda offset: lists.events(since, offset), missing, events, has_time, _behind("occurred_at"))


def replay_events(lists: ChargebeeLists, events: Queue, since: int, customer_id: str | None) -> Findings:
    """Queue every event again, or one customer's: what was applied before is a duplicate, the rest is not."""

    def wanted(page: Sequence[Document]) -> list[Document]:
        return [excerpt(event) for event in page if customer_id is None or _customer_id(event) == customer_id]

    return _feed(lambda offset: lists.events(since, offset), wanted, events)


def reconcile_subscriptions(
    lists: ChargebeeLists, store: Store, events: Queue, since: int, until: int, *, has_time: HasTime = endlessly
) -> Findings:
    """Queue every changed subscription as a snapshot: the reducer knows what is newer."""

    def snapshots(page: Sequence[Document]) -> list[Document]:
        told = (_snapshot(RECONCILED, "subscription", entry) for entry in _named(page, "subscription"))
        return _unrecorded([each for each in told if _moment(each["occurred_at"]) <= until], store)

    place = _behind("subscription", "updated_at")
    return _feed(lambda offset: lists.updated_subscriptions(since, offset), snapshots, events, has_time, place)


def reconcile_customers(
    lists: ChargebeeLists, store: Store, events: Queue, since: int, until: int, *, has_time: HasTime = endlessly
) -> Findings:
    """Queue every changed customer that names its organization: it is mapped, and so is one from before us."""

    def snapshots(page: Sequence[Document]) -> list[Document]:
        stamped = [each for each in _named(page) if read_customer(each).organization_id]
        told = (_snapshot(RECONCILED_CUSTOMER, "customer", {"customer": each}) for each in stamped)
        return _unrecorded([each for each in told if _moment(each["occurred_at"]) <= until], store)

    place = _behind("updated_at")
    return _feed(lambda offset: lists.updated_customers(since, offset), snapshots, events, has_time, place)


def reconcile_organizations(
    lists: ScalekitLists, store: Store, provisioning: Queue, now: int, has_time: HasTime = endlessly
) -> Findings:
    """Queue the creation of every organization that lacks its customer or its name: it never arrived, or was lost.

    `now` (UTC seconds) makes it an event of its own, whatever came of an earlier one.
    """

    def unheard_of(page: Sequence[Document]) -> list[Document]:
        unknown = store.unprovisioned([organization["id"] for organization in page])
        return [_creation(organization, now) for organization in page if organization["id"] in unknown]

    return _feed(lists.organizations, unheard_of, provisioning, has_time)


def restore_organizations(
    lists: ScalekitLists, store: Store, provisioning: Queue, now: int, has_time: HasTime = endlessly
) -> Findings:
    """The same of those alone whose customer is known here: their row was lost, and no customer is made.

    All others wait: they are from before, or the webhook of their creation was lost, and nothing here tells which.
    """
    waiting: list[str] = []

    def lost(page: Sequence[Document]) -> list[Document]:
        unknown = store.unprovisioned([organization["id"] for organization in page])
        known = {each for each in unknown if store.load(each).opened(each).customer_id is not None}
        waiting.extend(sorted(unknown - known))
        return [_creation(organization, now) for organization in page if organization["id"] in known]

    found = _feed(lists.organizations, lost, provisioning, has_time)
    return replace(found, waiting=tuple(waiting))


def _feed(
    fetch: Callable[[str | None], Page[Document]],
    choose: Callable[[Sequence[Document]], list[Document]],
    queue: Queue,
    has_time: HasTime = endlessly,
    place: Callable[[Page[Document]], str] = lambda page: page.next_offset or "",
) -> Findings:
    read = missing = 0
    offset = None
    while True:
        page = fetch(offset)
        read += len(page.resources)
        missing += sum(_queued(document, queue) for document in choose(page.resources))
        if page.next_offset is None:
            return Findings(read, missing)
        if not has_time():
            return Findings(read, missing, stopped_at=place(page))
        offset = page.next_offset


def _behind(*path: str) -> Callable[[Page[Document]], str]:
    """The second before the page's last document, whose time is at `path`: others of that second may follow."""

    def place(page: Page[Document]) -> str:
        moment: Any = page.resources[-1]
        for name in path:
            moment = moment.get(name) if isinstance(moment, Mapping) else None
        return str(_moment(moment) - 1)

    return place


def _named(page: Sequence[Document], *path: str) -> list[Document]:
    """The entries whose resource, at `path`, has an id. Any other can be nobody's: it is counted, and stops nothing."""
    named = []
    for entry in page:
        resource: Any = entry
        for name in path:
            resource = resource.get(name)
        if isinstance(resource, Mapping) and isinstance(resource.get("id"), str):
            named.append(entry)
        else:
            count("document_refused", id=None)
    return named


def _queued(document: Document, queue: Queue) -> bool:
    """One document that no queue takes is counted, and stops nothing."""
    try:
        queue.send(message(document))
    except PayloadTooLarge:
        count("document_refused", id=document.get("id"))
        return False
    return True


def _unrecorded(events: Sequence[Document], store: Store) -> list[Document]:
    """What of each is read, of those that the event log does not have."""
    unknown = store.unrecorded("chargebee", [event["id"] for event in events])
    return [excerpt(event) for event in events if event["id"] in unknown]


def _snapshot(kind: str, name: str, content: Document) -> Document:
    """What was listed as the event that would have told of it. The same version is the same event."""
    listed = content[name]
    version = listed.get("resource_version") or listed.get("updated_at")
    mark = "" if kind == RECONCILED else f"{name}_"
    return {
        "id": f"reconciled_{mark}{listed['id']}_{version}",
        "event_type": kind,
        "occurred_at": listed.get("updated_at"),
        "content": content,
    }


def _moment(value: object) -> int:
    """UTC seconds; what does not say when it was is long past."""
    return value if isinstance(value, int) else 0


def _creation(organization: Document, now: int) -> Document:
    return {"id": f"reconciled_{organization['id']}_{now}", "type": CREATED, "data": dict(organization)}


def _customer_id(event: Document) -> str | None:
    content = event.get("content") or {}
    customer = content.get("customer") or {}
    subscription = content.get("subscription") or {}
    return customer.get("id") or subscription.get("customer_id") or read_owner(content)

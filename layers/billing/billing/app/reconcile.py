"""Ask both vendors what we should know, and feed what is missing through the same queues.

Scalekit stops redelivering after about half an hour and Chargebee after about three days: without this, an outage
would lose data for good.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from billing.chargebee.read_owner import read_owner
from billing.organizations.domain.organization_event import CREATED
from billing.subscriptions.domain.billing_event import RECONCILED
from billing.subscriptions.services.ports import Page, Queue, Store

Document = Mapping[str, Any]


class ChargebeeLists(Protocol):
    """Chargebee's lists, oldest first, as raw documents. `since` is UTC seconds."""

    def events(self, since: int, offset: str | None) -> Page[Document]:
        """Everything that has happened since."""

    def updated_subscriptions(self, since: int, offset: str | None) -> Page[Document]:
        """Every subscription that has changed since, of every status, the deleted too: `{subscription, customer}`."""


class ScalekitLists(Protocol):
    """Scalekit's organizations, as the `data` of their webhooks."""

    def organizations(self, offset: str | None) -> Page[Document]:
        """Everything there is."""


@dataclass(frozen=True, slots=True)
class Found:
    """How many documents were read, and how many of them were news."""

    read: int
    missing: int


def reconcile_events(lists: ChargebeeLists, store: Store, events: Queue, since: int, until: int) -> Found:
    """Queue the events up to `until` (UTC seconds) that the ledger does not have."""

    def missing(page: Sequence[Document]) -> list[Document]:
        settled = [event for event in page if event["occurred_at"] <= until]
        unknown = store.unrecorded("chargebee", [event["id"] for event in settled])
        return [event for event in settled if event["id"] in unknown]

    return _feed(lambda offset: lists.events(since, offset), missing, events)


def replay_events(lists: ChargebeeLists, events: Queue, since: int, customer_id: str | None) -> Found:
    """Queue every event again, or one customer's: what was applied before is a duplicate, the rest is not."""

    def wanted(page: Sequence[Document]) -> list[Document]:
        return [event for event in page if customer_id is None or _customer_id(event) == customer_id]

    return _feed(lambda offset: lists.events(since, offset), wanted, events)


def reconcile_subscriptions(lists: ChargebeeLists, store: Store, events: Queue, since: int, until: int) -> Found:
    """Queue every changed subscription as a snapshot: the reducer knows what is newer."""

    def snapshots(page: Sequence[Document]) -> list[Document]:
        documents = [_snapshot(entry) for entry in page if entry["subscription"]["updated_at"] <= until]
        unknown = store.unrecorded("chargebee", [document["id"] for document in documents])
        return [document for document in documents if document["id"] in unknown]

    return _feed(lambda offset: lists.updated_subscriptions(since, offset), snapshots, events)


def reconcile_organizations(lists: ScalekitLists, store: Store, provisioning: Queue) -> Found:
    """Queue the creation of every organization that never arrived."""

    def unheard_of(page: Sequence[Document]) -> list[Document]:
        unknown = store.unprovisioned([organization["id"] for organization in page])
        return [_creation(organization) for organization in page if organization["id"] in unknown]

    return _feed(lists.organizations, unheard_of, provisioning)


def _feed(
    fetch: Callable[[str | None], Page[Document]],
    choose: Callable[[Sequence[Document]], list[Document]],
    queue: Queue,
) -> Found:
    read = missing = 0
    for page in _pages(fetch):
        chosen = choose(page)
        for document in chosen:
            queue.send(json.dumps(document))
        read, missing = read + len(page), missing + len(chosen)
    return Found(read, missing)


def _pages(fetch: Callable[[str | None], Page[Document]]) -> Iterator[Sequence[Document]]:
    offset = None
    while True:
        page = fetch(offset)
        yield page.resources
        if not (offset := page.next_offset):
            return


def _snapshot(entry: Document) -> Document:
    """A listed subscription as the event that would have told of it. The same version is the same event."""
    subscription = entry["subscription"]
    version = subscription.get("resource_version") or subscription.get("updated_at")
    return {
        "id": f"reconciled_{subscription['id']}_{version}",
        "event_type": RECONCILED,
        "occurred_at": subscription.get("updated_at"),
        "content": entry,
    }


def _creation(organization: Document) -> Document:
    return {"id": f"reconciled_{organization['id']}", "type": CREATED, "data": dict(organization)}


def _customer_id(event: Document) -> str | None:
    content = event.get("content") or {}
    customer = content.get("customer") or {}
    subscription = content.get("subscription") or {}
    return customer.get("id") or subscription.get("customer_id") or read_owner(content)

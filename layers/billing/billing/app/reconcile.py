"""Ask both vendors what we should know, and feed what is missing through the same queues.

Scalekit stops redelivering after about half an hour and Chargebee after about three days: without this, an outage
would lose data for good.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from billing.app.feed import BatchQueue, Document, Findings, HasTime, behind, endlessly, feed, moment, named
from billing.chargebee.excerpt import excerpt
from billing.chargebee.read_event import read_customer
from billing.chargebee.read_owner import read_owner
from billing.organizations.domain.organization_event import CREATED, NANOSECONDS
from billing.subscriptions.domain.billing_event import RECONCILED, RECONCILED_CUSTOMER

if TYPE_CHECKING:
    from billing.subscriptions.services.ports import Page, Store


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


class Imports(BatchQueue, Protocol):
    """The queue of the organizations that were found here, and what is known of those that are on it."""

    def unasked(self, organization_ids: Collection[str]) -> frozenset[str]:
        """Those that are not on their way already."""

    def asked(self, organization_ids: Collection[str]) -> None:
        """They are on their way now."""


def reconcile_events(
    lists: ChargebeeLists, store: Store, events: BatchQueue, since: int, until: int, *, has_time: HasTime = endlessly
) -> Findings:
    """Queue the events up to `until` (UTC seconds) that the event log does not have."""

    def missing(page: Sequence[Document]) -> list[Document]:
        return _unrecorded([each for each in named(page) if moment(each.get("occurred_at")) <= until], store)

    return feed(lambda offset: lists.events(since, offset), missing, events, has_time, behind("occurred_at"))


def replay_events(
    lists: ChargebeeLists, events: BatchQueue, since: int, customer_id: str | None, *, has_time: HasTime = endlessly
) -> Findings:
    """Queue every event again, or one customer's: what was applied before is a duplicate, the rest is not."""

    def wanted(page: Sequence[Document]) -> list[Document]:
        return [excerpt(event) for event in page if customer_id is None or _customer_id(event) == customer_id]

    return feed(lambda offset: lists.events(since, offset), wanted, events, has_time, behind("occurred_at"))


def reconcile_subscriptions(
    lists: ChargebeeLists, store: Store, events: BatchQueue, since: int, until: int, *, has_time: HasTime = endlessly
) -> Findings:
    """Queue every changed subscription as a snapshot: the reducer knows what is newer."""

    def snapshots(page: Sequence[Document]) -> list[Document]:
        told = (_snapshot(RECONCILED, "subscription", entry) for entry in named(page, "subscription"))
        return _unrecorded([each for each in told if moment(each["occurred_at"]) <= until], store)

    place = behind("subscription", "updated_at")
    return feed(lambda offset: lists.updated_subscriptions(since, offset), snapshots, events, has_time, place)


def reconcile_customers(
    lists: ChargebeeLists, store: Store, events: BatchQueue, since: int, until: int, *, has_time: HasTime = endlessly
) -> Findings:
    """Queue every changed customer that names its organization: it is mapped, and so is one from before us."""

    def snapshots(page: Sequence[Document]) -> list[Document]:
        stamped = [each for each in named(page) if read_customer(each).organization_id]
        told = (_snapshot(RECONCILED_CUSTOMER, "customer", {"customer": each}) for each in stamped)
        return _unrecorded([each for each in told if moment(each["occurred_at"]) <= until], store)

    place = behind("updated_at")
    return feed(lambda offset: lists.updated_customers(since, offset), snapshots, events, has_time, place)


def reconcile_organizations(
    lists: ScalekitLists, store: Store, imports: Imports, now: int, until: int, *, has_time: HasTime = endlessly
) -> Findings:
    """Queue the creation of every organization that lacks its customer or its name: it never arrived, or was lost.

    `now` (UTC seconds) makes it an event of its own, whatever came of an earlier one. What was created after `until`
    may be on its way.
    """

    def unheard_of(page: Sequence[Document]) -> list[Document]:
        unknown = unprovisioned(_created(page, until), store)
        return _creations(page, unknown, imports, now)

    return feed(lists.organizations, unheard_of, imports, has_time, note=_noted(imports))


def restore_organizations(
    lists: ScalekitLists, store: Store, imports: Imports, now: int, until: int, *, has_time: HasTime = endlessly
) -> Findings:
    """The same of those alone whose customer is known here: their row was lost, and no customer is made.

    All others wait: they are from before, or the webhook of their creation was lost, and nothing here tells which.
    """
    waiting: list[str] = []

    def lost(page: Sequence[Document]) -> list[Document]:
        unknown = unprovisioned(_created(page, until), store)
        known = {each for each in unknown if store.load(each).opened(each).customer_id is not None}
        waiting.extend(sorted(unknown - known))
        return _creations(page, known, imports, now)

    found = feed(lists.organizations, lost, imports, has_time, note=_noted(imports))
    return replace(found, waiting=tuple(waiting))


def unprovisioned(page: Sequence[Document], store: Store) -> frozenset[str]:
    """Those that lack something. A name that Scalekit does not have either is nothing to lack:
    https://docs.scalekit.com/reference/webhooks/organization-events has `display_name` where it was given.
    """
    nameless = {each["id"] for each in page if not each.get("display_name")}
    return store.unprovisioned([each["id"] for each in page], nameless)


def _created(page: Sequence[Document], until: int) -> list[Document]:
    """Those that were, by then. What does not say when it was is long past."""
    from billing.scalekit.read_event import nanoseconds  # noqa: PLC0415 - only where organizations are asked for

    return [each for each in page if nanoseconds(each.get("create_time")) // NANOSECONDS <= until]


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


def _creations(page: Sequence[Document], wanted: Collection[str], imports: Imports, now: int) -> list[Document]:
    """The creations of those that are wanted and not on their way already."""
    missing = imports.unasked(wanted)
    return [
        {"id": f"reconciled_{each['id']}_{now}", "type": CREATED, "data": dict(each)}
        for each in page
        if each["id"] in missing
    ]


def _noted(imports: Imports) -> Callable[[Sequence[Document]], None]:
    return lambda creations: imports.asked([each["data"]["id"] for each in creations])


def _customer_id(event: Document) -> str | None:
    content = event.get("content") or {}
    customer = content.get("customer") or {}
    subscription = content.get("subscription") or {}
    return customer.get("id") or subscription.get("customer_id") or read_owner(content)

"""An organization is deleted: stop its billing, then forget it. In that order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from billing.core.chargebee_errors import ChargebeeNotFound
from billing.core.errors import AlreadyProcessed, InvalidState, OrganizationNotFound
from billing.core.until_won import ORGANIZATION_ATTEMPTS, until_won
from billing.subscriptions.domain.announcement import announce
from billing.subscriptions.domain.billing_event import BillingEvent
from billing.subscriptions.domain.organization import OrganizationState
from billing.subscriptions.domain.ownership import owners
from billing.subscriptions.domain.subscription import Status
from billing.subscriptions.domain.transaction import AT_ONCE, OrganizationChange, Outcome, ProcessedEvent
from billing.subscriptions.domain.transition import transitions
from billing.subscriptions.services.apply_event import absorb, find_partition

if TYPE_CHECKING:
    from billing.organizations.domain.organization_event import OrganizationEvent
    from billing.subscriptions.domain.announcement import Happening
    from billing.subscriptions.domain.organization import Organization
    from billing.subscriptions.domain.subscription import Subscription
    from billing.subscriptions.services.ports import Ports, Store


def retire_organization(event: OrganizationEvent, ports: Ports) -> Outcome:
    """Scalekit has deleted it. Any failure is repeated by redelivery."""
    entry = ProcessedEvent("scalekit", event.id, event.type, Outcome.APPLIED, ports.clock())
    try:
        _retire(event.organization_id, entry, ports)
    except AlreadyProcessed:
        return Outcome.DUPLICATE
    return Outcome.APPLIED


def remove_organization(organization_id: str, ports: Ports) -> None:
    """The team's backend deletes it. Any failure is the caller's to repeat, and so is a success.

    Raises OrganizationNotFound for one that nobody has told us of: its id may still come to be.
    """
    partition = ports.store.load(organization_id)
    if partition.organization is None and not partition.subscriptions:
        raise OrganizationNotFound(f"There is no organization {organization_id!r}.")
    _retire(organization_id, None, ports)


def _retire(organization_id: str, entry: ProcessedEvent | None, ports: Ports) -> None:
    """Tombstone, cancel every remote subscription until Chargebee confirms, erase.

    Invariant: nothing is erased here while it still bills there. A failure leaves the rows that are not erased yet; the
    tombstone alone stays for ever, so that a late `organization.created` does not resurrect.
    """
    now = ports.clock()
    organization = _tombstone(organization_id, ports.store, now)
    cancelled = _cancel_all(organization, ports)
    _erase(organization_id, cancelled, entry, ports.store, now)


def cancel_orphan(subscription_id: str, ports: Ports) -> None:
    """Stop a subscription that bills an organization which is gone. One that is gone itself bills nobody.

    One that has moved on to another organization is that one's.
    """
    try:
        snapshot = ports.chargebee.subscription(subscription_id)
        if _has_an_owner(snapshot, ports.store):
            absorb(snapshot, ports)
            return
        ports.chargebee.cancel_now(snapshot, f"orphan-{subscription_id}-{snapshot.resource_version}")
    except ChargebeeNotFound:
        return


def _has_an_owner(snapshot: Subscription, store: Store) -> bool:
    owner = find_partition(BillingEvent("", "read", 0, subscription=snapshot), store).organization
    return owner is not None and owner.deleted_at is None


def _tombstone(organization_id: str, store: Store, now: int) -> Organization:
    def attempt() -> Organization:
        organization = store.load(organization_id).opened(organization_id)
        if organization.deleted_at is not None:
            return organization
        dead = replace(organization, version=organization.version + 1, deleted_at=now, display_name="", checkout=None)
        store.commit(OrganizationChange(dead))
        return dead

    return until_won(attempt, ORGANIZATION_ATTEMPTS, f"Organization {organization_id} kept changing.")


def own_customer(organization: Organization, ports: Ports) -> str | None:
    """Its customer, or the one that is there under the id that it would give: unless that is another's, which may bear
    such an id."""
    if organization.customer_id is not None:
        return organization.customer_id
    try:
        customer = ports.chargebee.customer(organization.next_customer_id)
    except ChargebeeNotFound:
        return None
    pointed_to = ports.store.customer_owner(customer.id)
    return None if owners(customer, pointed_to) - {organization.id} else customer.id


def _cancel_all(organization: Organization, ports: Ports) -> dict[str, Subscription]:
    """Cancel what is live at Chargebee; every answer must say that it ended."""
    customer_id, chargebee = own_customer(organization, ports), ports.chargebee
    remote = {each.id: each for each in chargebee.subscriptions(customer_id)} if customer_id else {}
    for each in remote.values():
        if each.live:
            remote[each.id] = chargebee.cancel_now(each, f"retire-{each.id}-{each.resource_version}")
    if still_live := [each.id for each in remote.values() if each.live]:
        raise InvalidState(f"Chargebee has not confirmed the end of {', '.join(still_live)}.")
    return remote


def _erase(
    organization_id: str, cancelled: dict[str, Subscription], entry: ProcessedEvent | None, store: Store, now: int
) -> None:
    """All rows, so many at once; the entry comes with the last."""

    def attempt() -> bool:
        partition = store.load(organization_id)
        organization = partition.opened(organization_id)
        gone, left = partition.newest_first[:AT_ONCE], OrganizationState(None, partition.newest_first[AT_ONCE:])
        forgotten = replace(
            organization,
            version=organization.version + 1,
            deleted_at=organization.deleted_at or now,
            live=frozenset(row.id for row in left.live),
            plan_id=left.plan_id,
        )
        change = OrganizationChange(
            forgotten,
            entry=None if left.subscriptions else entry,
            announcements=announce(forgotten, forgotten.version, now, _farewell(gone, cancelled)),
            erased=tuple(row.id for row in gone),
        )
        store.commit(change)
        return not left.subscriptions

    while not until_won(attempt, ORGANIZATION_ATTEMPTS, f"Organization {organization_id} kept changing."):
        pass


def _farewell(gone: Sequence[Subscription], cancelled: dict[str, Subscription]) -> list[Happening]:
    """The last transitions of every row that the cache still held alive."""
    last = (
        (row, replace(cancelled.get(row.id, row), status=Status.CANCELLED, checkout_id=row.checkout_id))
        for row in gone
        if row.live
    )
    return [(each, after) for row, after in last for each in transitions(row, after)]

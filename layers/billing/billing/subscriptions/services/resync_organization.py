"""Read one organization's subscriptions from Chargebee now, and let the cache agree."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing.core.chargebee_errors import ChargebeeNotFound
from billing.core.errors import Conflict, InvalidRequest
from billing.core.until_won import ORGANIZATION_ATTEMPTS, until_won
from billing.subscriptions.domain.access import NEWS_ALLOWANCE
from billing.subscriptions.domain.move import let_go
from billing.subscriptions.domain.subscription import Status
from billing.subscriptions.domain.transaction import Outcome
from billing.subscriptions.services.apply_event import AppliedSnapshot, absorb
from billing.subscriptions.services.repair_organization import repair_organization

if TYPE_CHECKING:
    from billing.subscriptions.domain.subscription import Subscription
    from billing.subscriptions.services.ports import Ports


def resync_organization(organization_id: str, ports: Ports) -> tuple[AppliedSnapshot, ...]:
    """Absorb every subscription of the organization's customer, of every status, and say what each did.

    The customer stands beside them in Chargebee's list: whether its card works is learned from it, without a call.

    A row that was lost is written anew first. What the cache holds alive and Chargebee does not list for the customer
    is asked for by its id: it has moved to another customer, or is no more. A deleted organization or customer has
    nothing to read. Raises the ChargebeeError, or Conflict while the mapping that somebody is just writing is not there
    yet.
    """
    partition = repair_organization(organization_id, ports)
    organization = partition.opened(organization_id)
    if organization.deleted_at is not None or (organization.customer_id is None and organization.retired_customers):
        return ()
    if organization.customer_id is None:
        raise Conflict(f"Organization {organization_id} has no customer yet.")
    listing = ports.chargebee.listing(organization.customer_id)
    ids = {snapshot.id for snapshot in listing.subscriptions}
    applied = [absorb(snapshot, ports, listing.customer) for snapshot in listing.subscriptions]
    for row in partition.live:
        if row.id not in ids:
            applied += _ask(organization_id, row, ports)
    return tuple(applied)


def _ask(organization_id: str, row: Subscription, ports: Ports) -> tuple[AppliedSnapshot, ...]:
    """What has become of a subscription that is not listed. News of the last hour may be ahead of what can be read."""
    try:
        snapshot = ports.chargebee.subscription(row.id)
    except InvalidRequest:  # an id that no call can carry
        return ()
    except ChargebeeNotFound:
        if ports.clock() < row.occurred_at + NEWS_ALLOWANCE:
            return ()
        return (absorb(replace(row, status=Status.DELETED, cancelled_at=row.cancelled_at or ports.clock()), ports),)
    applied = absorb(snapshot, ports)
    return (applied, *_let_go(organization_id, snapshot, ports))


def _let_go(organization_id: str, snapshot: Subscription, ports: Ports) -> tuple[AppliedSnapshot, ...]:
    """The organization without what is another customer's, even if nobody knows whose that is."""

    def attempt() -> tuple[AppliedSnapshot, ...]:
        change = let_go(ports.store.load(organization_id), snapshot, ports.clock())
        if change is None:
            return ()
        ports.store.commit(change)
        return (AppliedSnapshot(Outcome.APPLIED),)

    return until_won(attempt, ORGANIZATION_ATTEMPTS, f"Organization {organization_id} kept changing.")

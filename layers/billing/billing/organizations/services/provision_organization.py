"""An organization appeared or changed in Scalekit: give it its customer, keep its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from billing.core.errors import AlreadyProcessed
from billing.core.until_won import ORGANIZATION_ATTEMPTS, until_won
from billing.organizations.domain.organization_event import NANOSECONDS
from billing.subscriptions.domain.ownership import Link, map_customer
from billing.subscriptions.domain.transaction import OrganizationChange, Outcome, ProcessedEvent
from billing.subscriptions.services.ensure_customer import ensure_customer, stamp

if TYPE_CHECKING:
    from billing.organizations.domain.organization_event import OrganizationEvent
    from billing.subscriptions.domain.organization import Organization
    from billing.subscriptions.services.ports import Ports


def provision_organization(event: OrganizationEvent, ports: Ports) -> Outcome:
    """Make the organization's row and its one Chargebee customer; on an update, take the newer name.

    Safe to repeat from any point: the customer's id is the organization's, and the ledger is written last, together
    with the mapping. A customer that the row has, or its subscriptions tell, is kept; a deleted organization stays
    deleted.
    """
    return _tell(event, lambda organization: _with_customer(organization, event, ports), ports)


def rename_organization(event: OrganizationEvent, ports: Ports) -> Outcome:
    """Take the newer name, and leave the customer to whoever maps it. Safe to repeat."""
    return _tell(event, Link, ports)


def _tell(event: OrganizationEvent, linked: Callable[[Organization], Link], ports: Ports) -> Outcome:
    """Write what the event says, the organization as `linked` makes it, and the log's entry in one transaction."""

    def attempt() -> Outcome:
        known = ports.store.load(event.organization_id).opened(event.organization_id)
        outcome = Outcome.STALE if known.deleted_at is not None else Outcome.APPLIED
        entry = ProcessedEvent("scalekit", event.id, event.type, outcome, ports.clock())
        try:
            if known.deleted_at is not None:
                ports.store.record(entry)
            else:
                link = linked(_named(known, event))
                organization = replace(link.organization, version=known.version + 1)
                ports.store.commit(OrganizationChange(organization, (), entry, link.announcements, link.pointers))
        except AlreadyProcessed:
            return Outcome.DUPLICATE
        return outcome

    return until_won(attempt, ORGANIZATION_ATTEMPTS, f"Event {event.id} lost every race for its organization.")


def _named(organization: Organization, event: OrganizationEvent) -> Organization:
    """The newer name wins; at the same instant, the one that arrives last does."""
    if not event.display_name or event.updated_at < organization.named_at:
        return organization
    return replace(organization, display_name=event.display_name, named_at=event.updated_at)


def _with_customer(organization: Organization, event: OrganizationEvent, ports: Ports) -> Link:
    if organization.customer_id is not None:
        return Link(organization)
    ensured = ensure_customer(organization, stamp(organization.id), ports)
    return map_customer(ensured.organization, ensured.customer_id, event.updated_at // NANOSECONDS)

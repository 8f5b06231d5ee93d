"""Save what the team's backend says of an organization, and keep the rest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from billing.core.chargebee_errors import ChargebeeNotFound
from billing.core.errors import CustomerConflict, OrganizationDeleted, UnknownCustomer
from billing.core.until_won import ORGANIZATION_ATTEMPTS, until_won
from billing.organizations.domain.organization_event import NANOSECONDS
from billing.subscriptions.domain.ownership import Link, map_customer, map_older_customer, owners
from billing.subscriptions.domain.transaction import Command, OrganizationChange, Task
from billing.subscriptions.services.ensure_customer import ensure_customer, stamp

if TYPE_CHECKING:
    from billing.subscriptions.domain.billing_event import Customer
    from billing.subscriptions.domain.organization import Organization
    from billing.subscriptions.services.ports import Ports


@dataclass(frozen=True, slots=True)
class OrganizationSettings:
    """What shall be so; None keeps what is. `customer_id` is a Chargebee customer that predates this system."""

    organization_id: str
    display_name: str | None = None
    customer_id: str | None = None


def save_organization(wanted: OrganizationSettings, ports: Ports) -> Organization:
    """Create or change the organization, and give it its one customer.

    Safe to repeat from any point: we link the customer in the table first, then stamp it in Chargebee and resync.
    Repeating the request repeats all three steps. A customer that was made here and never used gives way to the one
    that is named. It stays at Chargebee, without its stamp: a deletion there cannot be undone, and a page of it that is
    still open may be paid in that very moment.

    Raises OrganizationDeleted, UnknownCustomer, CustomerConflict, or the ChargebeeError.
    """
    customer = _existing(wanted.customer_id, ports) if wanted.customer_id is not None else None
    organization = _saved(wanted, customer, ports)
    if customer is not None:
        if customer.organization_id is None:
            meta_data = {**customer.meta_data, **stamp(organization.id)}
            ports.chargebee.stamp_customer(customer.id, meta_data, f"adopt-{customer.id}-{organization.id}")
        ports.commands.command(Command(Task.RESYNC, organization.id))
    return organization


def _existing(customer_id: str, ports: Ports) -> Customer:
    try:
        customer = ports.chargebee.customer(customer_id)
    except ChargebeeNotFound:
        customer = None
    if customer is None or customer.deleted:
        raise UnknownCustomer(f"Chargebee has no customer {customer_id!r}.")
    return customer


def _saved(wanted: OrganizationSettings, customer: Customer | None, ports: Ports) -> Organization:
    def attempt() -> Organization:
        partition = ports.store.load(wanted.organization_id)
        known = partition.opened(wanted.organization_id)
        if known.deleted_at is not None:
            raise OrganizationDeleted("This organization has been deleted.")
        link = _with_customer(_named(known, wanted, ports), customer, ports)
        if link.organization == partition.organization:
            return known
        organization = replace(link.organization, version=known.version + 1)
        ports.store.commit(OrganizationChange(organization, announcements=link.announcements, pointers=link.pointers))
        return organization

    return until_won(attempt, ORGANIZATION_ATTEMPTS, f"Organization {wanted.organization_id} kept changing.")


def _named(organization: Organization, wanted: OrganizationSettings, ports: Ports) -> Organization:
    """A later rename in Scalekit wins over this one, an earlier one that arrives late does not."""
    if wanted.display_name is None or wanted.display_name == organization.display_name:
        return organization
    return replace(organization, display_name=wanted.display_name, named_at=ports.clock() * NANOSECONDS)


def _with_customer(organization: Organization, customer: Customer | None, ports: Ports) -> Link:
    if customer is not None and customer.id != organization.customer_id:
        _check_free(organization, customer, ports)
        if organization.customer_id is not None:
            _give_up(organization.id, organization.customer_id, ports)
        # what this system makes is stamped
        mapped = map_older_customer if customer.organization_id is None else map_customer
        return mapped(organization, customer.id, ports.clock())
    if organization.customer_id is not None:
        return Link(organization)
    ensured = ensure_customer(organization, stamp(organization.id), ports)
    return map_customer(ensured.organization, ensured.customer_id, ports.clock())


def _check_free(organization: Organization, customer: Customer, ports: Ports) -> None:
    """A customer of another organization is refused. If two organizations claim one customer at once, the pointer's
    condition lets one win."""
    if organization.customer_id is not None and not _unused(organization, organization.customer_id, ports):
        raise CustomerConflict(f"The organization already has the customer {organization.customer_id!r}.")
    others = owners(customer, ports.store.customer_owner(customer.id)) - {organization.id}
    if others or (customer.id != organization.id and ports.store.load(customer.id).organization is not None):
        raise CustomerConflict(f"The customer {customer.id!r} belongs to another organization.")


def _unused(organization: Organization, customer_id: str, ports: Ports) -> bool:
    """Whether the organization's customer was made here and has bought nothing."""
    return organization.made(customer_id) and not organization.live and ports.chargebee.never_billed(customer_id)


def _give_up(organization_id: str, customer_id: str, ports: Ports) -> None:
    """The customer names no organization any more. An empty name does that, whether Chargebee merges or replaces."""
    try:
        customer = ports.chargebee.customer(customer_id)
        nameless = {**customer.meta_data, "organizationId": "", "formerOrganizationId": organization_id}
        ports.chargebee.stamp_customer(customer_id, nameless, f"give-up-{customer_id}-{customer.resource_version}")
    except ChargebeeNotFound:
        return

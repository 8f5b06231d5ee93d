"""Write the lost row of an organization anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing.core.chargebee_errors import ChargebeeNotFound
from billing.core.errors import Conflict
from billing.subscriptions.domain.ownership import Link, map_customer, owners
from billing.subscriptions.domain.transaction import OrganizationChange

if TYPE_CHECKING:
    from billing.subscriptions.domain.billing_event import Customer
    from billing.subscriptions.domain.organization import Organization, OrganizationState
    from billing.subscriptions.services.ports import Chargebee, Ports


def repair_organization(organization_id: str, ports: Ports) -> OrganizationState:
    """The organization as it was read, whose row exists when this returns.

    A row that is there is left alone. A lost one is made of what its subscriptions and Chargebee tell; its name comes
    back with reconciliation. Raises the ChargebeeError, or Conflict for an organization without a customer, whose
    mapping somebody may just be writing.
    """
    partition = ports.store.load(organization_id)
    if partition.organization is not None:
        return partition
    change = _rebuilt(partition.opened(organization_id), ports)
    try:
        ports.store.commit(change)
    except Conflict:  # somebody else has just written it
        return ports.store.load(organization_id)
    return replace(partition, organization=change.organization)


def _rebuilt(told: Organization, ports: Ports) -> OrganizationChange:
    """What the subscriptions tell, with the customer as Chargebee has it. One that is gone there is retired here."""
    customer_id = told.customer_id or told.id
    customer = _customer(customer_id, ports.chargebee)
    version = told.version + 1
    if customer is None and told.customer_id is not None:
        return OrganizationChange(
            replace(told, version=version, customer_id=None, retired_customers=frozenset({customer_id}))
        )
    if customer is None or owners(customer, ports.store.customer_owner(customer_id)) - {told.id}:
        raise Conflict(f"Organization {told.id} has no customer yet.")
    link = Link(told) if told.customer_id is not None else map_customer(told, customer_id, ports.clock())
    carded = replace(link.organization, card_status=customer.card_status, customer_version=customer.resource_version)
    pointers = () if customer_id == told.id else (customer_id,)
    return OrganizationChange(replace(carded, version=version), announcements=link.announcements, pointers=pointers)


def _customer(customer_id: str, chargebee: Chargebee) -> Customer | None:
    """The customer, unless it is gone."""
    try:
        customer = chargebee.customer(customer_id)
    except ChargebeeNotFound:
        return None
    return None if customer.deleted else customer

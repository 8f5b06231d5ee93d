"""The organization's Chargebee customer, made now if its webhook is late."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing.core.chargebee_errors import ChargebeeNotFound
from billing.core.errors import OrganizationDeleted

if TYPE_CHECKING:
    from billing.subscriptions.domain.organization import Organization
    from billing.subscriptions.services.ports import Ports


def known_customer(organization_id: str, ports: Ports) -> str | None:
    """The customer, None when there is none yet. Raises OrganizationDeleted."""
    organization = ports.store.load(organization_id).opened(organization_id)
    if organization.deleted_at is not None:
        raise OrganizationDeleted("This organization has been deleted.")
    return organization.customer_id


def customer_of(organization_id: str, ports: Ports) -> str:
    """The customer, which exists when this returns. Raises OrganizationDeleted or the ChargebeeError."""
    organization = ports.store.load(organization_id).opened(organization_id)
    if organization.deleted_at is not None:
        raise OrganizationDeleted("This organization has been deleted.")
    return organization.customer_id or _ensured(organization, ports)


def living_customer(organization_id: str, ports: Ports) -> str:
    """The customer, which Chargebee has at this moment: the next one, where it was deleted and nobody has told us yet.

    For no other may a page be opened on which something is bought: Chargebee makes a customer of its own for it, whom
    nobody knows (https://apidocs.chargebee.com/docs/api/hosted_pages/checkout-charge-items-and-one-time-charges).
    Raises OrganizationDeleted or the ChargebeeError.
    """
    customer_id = customer_of(organization_id, ports)
    try:
        if not ports.chargebee.customer(customer_id).deleted:
            return customer_id
    except ChargebeeNotFound:
        pass
    organization = ports.store.load(organization_id).opened(organization_id)
    return _ensured(replace(organization, customer_id=None), ports)


def _ensured(organization: Organization, ports: Ports) -> str:
    from billing.subscriptions.services.ensure_customer import ensure_customer, link_customer, stamp  # noqa: PLC0415

    ensured = ensure_customer(organization, stamp(organization.id), ports)
    link_customer(ensured, ports)
    return ensured.customer_id

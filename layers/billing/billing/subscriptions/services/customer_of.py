"""The organization's Chargebee customer, made now if its webhook is late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.core.errors import OrganizationDeleted

if TYPE_CHECKING:
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
    if organization.customer_id is not None:
        return organization.customer_id
    from billing.subscriptions.services.ensure_customer import ensure_customer, link_customer, stamp  # noqa: PLC0415

    ensured = ensure_customer(organization, stamp(organization_id), ports)
    link_customer(ensured, ports)
    return ensured.customer_id

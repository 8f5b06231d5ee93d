"""Open Chargebee's customer portal for an organization."""

from billing.domain.errors import OrganizationDeleted
from billing.domain.organization import Organization
from billing.services.ensure_customer import ensure_customer, link_customer, stamp
from billing.services.ports import Ports


def open_portal(organization_id: str, redirect_url: str, ports: Ports) -> str:
    """Return a fresh portal URL: it works once, for an hour, so every call opens its own.

    An organization whose webhook is late gets its customer now. Raises OrganizationDeleted or the ChargebeeError.
    """
    organization = ports.store.load(organization_id).organization or Organization(organization_id)
    if organization.deleted_at is not None:
        raise OrganizationDeleted("This organization has been deleted.")
    customer_id = organization.customer_id
    if customer_id is None:
        ensured = ensure_customer(organization, stamp(organization_id), ports)
        link_customer(ensured, ports)
        customer_id = ensured.customer_id
    return ports.chargebee.open_portal(customer_id, redirect_url, f"portal-{ports.mint_id()}")

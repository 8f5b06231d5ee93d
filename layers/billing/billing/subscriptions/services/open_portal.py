"""Open Chargebee's customer portal for an organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.subscriptions.services.customer_of import customer_of

if TYPE_CHECKING:
    from billing.subscriptions.services.ports import Ports


def open_portal(organization_id: str, redirect_url: str, ports: Ports) -> str:
    """Return a fresh portal URL: it works once, for an hour, so every call opens its own.

    An organization whose webhook is late gets its customer now. Raises OrganizationDeleted or the ChargebeeError.
    """
    customer_id = customer_of(organization_id, ports)
    return ports.chargebee.open_portal(customer_id, redirect_url, f"portal-{ports.mint_id()}")

"""Open Chargebee's customer portal for an organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.core.chargebee_errors import ChargebeeNotFound
from billing.subscriptions.services.customer_of import customer_of, living_customer

if TYPE_CHECKING:
    from billing.subscriptions.services.ports import Ports


def open_portal(organization_id: str, redirect_url: str, ports: Ports) -> str:
    """Return a fresh portal URL: it works once, for an hour, so every call opens its own.

    An organization whose webhook is late gets its customer now, also in the place of one that was deleted in Chargebee.
    Raises OrganizationDeleted or the ChargebeeError.
    """
    try:
        return _opened(customer_of(organization_id, ports), redirect_url, ports)
    except ChargebeeNotFound:
        return _opened(living_customer(organization_id, ports), redirect_url, ports)


def _opened(customer_id: str, redirect_url: str, ports: Ports) -> str:
    return ports.chargebee.open_portal(customer_id, redirect_url, f"portal-{ports.mint_id()}")

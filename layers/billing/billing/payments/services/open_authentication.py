"""The page on which a card's holder confirms what could not be charged without them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.core.clock import HOUR
from billing.core.keys import digest

if TYPE_CHECKING:
    from billing.payments.domain.charge import Charge
    from billing.payments.services.ports import PaymentPorts
    from billing.subscriptions.services.ports import HostedPage


def open_authentication(charge: Charge, redirect_url: str, ports: PaymentPorts) -> HostedPage:
    """A page that works: the same one within the hour, and a fresh one when that is closed or has expired."""
    hour = ports.world.clock() // HOUR
    currency = charge.order.currency
    key = f"collect-{charge.id}-{digest(hour, redirect_url)}"
    page = ports.payments.open_collection(charge.customer_id, currency, redirect_url, key)
    if page.replayed and not ports.world.chargebee.page_is_open(page.id):
        anew = f"collect-{ports.world.mint_id()}"
        return ports.payments.open_collection(charge.customer_id, currency, redirect_url, anew)
    return page

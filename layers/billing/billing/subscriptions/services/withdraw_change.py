"""Take a scheduled change back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.core.errors import InvalidState
from billing.subscriptions.domain.choice import choose
from billing.subscriptions.services.end_subscription import carry_out

if TYPE_CHECKING:
    from billing.subscriptions.domain.subscription import Subscription
    from billing.subscriptions.services.ports import Ports


def withdraw_change(organization_id: str, subscription_id: str | None, ports: Ports) -> Subscription:
    """The subscription goes on as it is; a scheduled cancellation is another matter, and stays.

    Raises SubscriptionNotFound, InvalidState when nothing is scheduled, or the ChargebeeError.
    """
    row = choose(ports.store.load(organization_id), subscription_id)
    if not row.has_scheduled_changes:
        raise InvalidState("No change is scheduled for this subscription.")
    key = f"keep-items-{row.id}-{row.resource_version}"
    return carry_out(row, lambda: ports.chargebee.keep_items(row.id, key), ports)

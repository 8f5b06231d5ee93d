"""The browser is back from Chargebee: sync what was bought before the webhook does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.core.chargebee_errors import ChargebeeNotFound
from billing.subscriptions.services.apply_event import absorb

if TYPE_CHECKING:
    from billing.links.site import Return
    from billing.subscriptions.services.ports import Ports


def complete_checkout(target: Return, ports: Ports) -> None:
    """Read the subscription that `target` names and apply it through the one reducer.

    When Chargebee knows it under another id, everything of the organization is read. Raises the ChargebeeError; the
    webhook brings the same news, so the browser need not wait for it.
    """
    row = ports.store.load(target.organization_id).subscription(target.subscription_id)
    try:
        snapshot = ports.chargebee.subscription(row.id if row else target.subscription_id)
    except ChargebeeNotFound:
        from billing.subscriptions.services.resync_organization import resync_organization  # noqa: PLC0415 - hardly ever

        resync_organization(target.organization_id, ports)
    else:
        absorb(snapshot, ports)

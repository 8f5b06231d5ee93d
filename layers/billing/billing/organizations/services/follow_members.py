"""Let the seats of an organization's subscription follow its members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from billing.subscriptions.domain.change import with_seats
from billing.subscriptions.domain.subscription import RUNNING
from billing.subscriptions.services.apply_event import absorb

if TYPE_CHECKING:
    from billing.plans.plan import Catalog
    from billing.subscriptions.domain.subscription import Subscription
    from billing.subscriptions.services.ports import Ports

ROUNDS = 3
"""Members who join during the third are followed by their own event."""


class Members(Protocol):
    """Scalekit's members of an organization."""

    def count_members(self, organization_id: str) -> int:
        """How many there are now; 0 when the organization does not exist."""


def follow_members(organization_id: str, members: Members, catalog: Catalog, ports: Ports) -> int | None:
    """Set the seats to the number of members, as the plan is sold for so many; the new number, or None if none changed.

    The number is always counted and never added up, so events that come twice, late or not at all do no harm; it is
    counted again afterwards, so that of two racing changes the last one stands. A subscription for which something is
    scheduled is left alone: changing it would drop what is, and take a cancellation back
    (https://www.chargebee.com/docs/billing/2.0/kb/billing/i-added-metadata-to-a-nonrenewing-subscription-and-the-subscription-status-changed-to-active-why).
    """
    changed = None
    for _ in range(ROUNDS):
        wanted = _wanted(organization_id, members, catalog, ports)
        if wanted is None:
            break
        row, seats = wanted
        current = ports.chargebee.subscription(row.id)
        if current.plan is None or not _follows(row, current, seats):
            break
        key = f"seats-{row.id}-{current.resource_version}-{seats}"
        after = ports.chargebee.set_seats(row.id, with_seats(current.plan, seats), key)
        absorb(after, None, store=ports.store, commands=ports.commands, now=ports.clock())
        changed = seats
    return changed


def _follows(row: Subscription, current: Subscription, seats: int) -> bool:
    """Whether the subscription, as it is in Chargebee now, is still the one to change, and has other seats."""
    ours = current.customer_id == row.customer_id and current.status in RUNNING
    scheduled = current.has_scheduled_changes or current.cancel_at is not None
    same_plan = (
        current.plan is not None and row.plan is not None and current.plan.item_price_id == row.plan.item_price_id
    )
    return ours and same_plan and not scheduled and current.seats not in (None, seats)


def _wanted(organization_id: str, members: Members, catalog: Catalog, ports: Ports) -> tuple[Subscription, int] | None:
    """The subscription and the seats that it should have; None when there is nothing to follow with."""
    row = next((each for each in ports.store.load(organization_id).live if each.status in RUNNING), None)
    if row is None or row.plan is None or row.plan.item_price_id not in catalog.plans:
        return None
    plan = catalog.plans[row.plan.item_price_id]
    limit = plan.limits_with(catalog.bought_addons(row.quantities)).get("seats")
    count = plan.seats_for(members.count_members(organization_id))
    return row, count if limit is None else min(count, limit - limit % plan.seat_step)

"""Let the seats of an organization's subscriptions follow its members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from billing.core.chargebee_errors import ChargebeeError, ChargebeeNotFound, ChargebeeRefused
from billing.subscriptions.domain.change import with_seats
from billing.subscriptions.domain.subscription import RUNNING
from billing.subscriptions.services.apply_event import absorb

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from billing.plans.plan import Catalog, Plan
    from billing.subscriptions.domain.subscription import Subscription
    from billing.subscriptions.services.ports import Ports

ROUNDS = 3
"""Members who join during the third are followed by their own event."""


class Members(Protocol):
    """Scalekit's members of an organization."""

    def count_members(self, organization_id: str) -> int:
        """How many there are now; 0 when the organization does not exist."""


def follow_members(organization_id: str, members: Members, catalog: Catalog, ports: Ports) -> Mapping[str, int]:
    """Set the seats of every running subscription whose plan follows members; the new seats of those that changed.

    They are the number of members, as each plan is sold for so many. It is always counted and never added up, so events
    that come twice, late or not at all do no harm; it is counted again afterwards, so that of two racing changes the
    last one stands. A subscription for which something is scheduled is left alone: changing it would drop what is, and
    take a cancellation back
    (https://www.chargebee.com/docs/billing/2.0/kb/billing/i-added-metadata-to-a-nonrenewing-subscription-and-the-subscription-status-changed-to-active-why).
    What Chargebee refuses of one subscription is raised when the others have followed.
    """
    changed: dict[str, int] = {}
    for _ in range(ROUNDS):
        followed = _follow_once(organization_id, members, catalog, ports)
        if not followed:
            break
        changed |= followed
    return changed


def _follow_once(organization_id: str, members: Members, catalog: Catalog, ports: Ports) -> Mapping[str, int]:
    rows = _following(ports.store.load(organization_id).live, catalog)
    count = members.count_members(organization_id) if rows else 0
    changed: dict[str, int] = {}
    refused: list[ChargebeeError] = []
    for row, plan in rows:
        try:
            seats = _seats(row, plan, count, catalog)
            if _set_seats(row, seats, ports):
                changed[row.id] = seats
        except (ChargebeeRefused, ChargebeeNotFound) as refusal:
            refused.append(refusal)
    if refused:
        raise refused[0]
    return changed


def _following(rows: Iterable[Subscription], catalog: Catalog) -> list[tuple[Subscription, Plan]]:
    """The subscriptions whose seats follow the members, each with its plan: one that nobody described says nothing."""
    described = [(row, catalog.plans.get(row.plan.item_price_id)) for row in rows if row.plan]
    return [(row, plan) for row, plan in described if plan and plan.follow_members and row.status in RUNNING]


def _set_seats(row: Subscription, seats: int, ports: Ports) -> bool:
    """Whether there was anything to change."""
    current = ports.chargebee.subscription(row.id)
    if current.plan is None or not _to_change(row, current, seats):
        return False
    key = f"seats-{row.id}-{current.resource_version}-{seats}"
    after = ports.chargebee.set_seats(row.id, with_seats(current.plan, seats), key)
    absorb(after, ports)
    return True


def _to_change(row: Subscription, current: Subscription, seats: int) -> bool:
    """Whether the subscription, as it is in Chargebee now, is still the one to change, and has other seats."""
    ours = current.customer_id == row.customer_id and current.status in RUNNING
    scheduled = current.has_scheduled_changes or current.cancel_at is not None
    same_plan = (
        current.plan is not None and row.plan is not None and current.plan.item_price_id == row.plan.item_price_id
    )
    return ours and same_plan and not scheduled and current.seats not in (None, seats)


def _seats(row: Subscription, plan: Plan, members: int, catalog: Catalog) -> int:
    """The fewest that are sold for so many members, within what the plan and its add-ons allow."""
    limit = plan.limits_with(catalog.bought_addons(row.quantities)).get("seats")
    count = plan.seats_for(members)
    return count if limit is None else min(count, limit - limit % plan.seat_step)

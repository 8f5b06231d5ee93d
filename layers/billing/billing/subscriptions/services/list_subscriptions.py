"""An organization's subscriptions as the cache has them, each with what it gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.core.errors import InvalidRequest
from billing.subscriptions.domain.access import access

if TYPE_CHECKING:
    from billing.subscriptions.domain.access import Access, Policy
    from billing.subscriptions.domain.organization import Checkout, OrganizationState
    from billing.subscriptions.domain.subscription import Subscription
    from billing.subscriptions.services.ports import Store

PAGE = 50


@dataclass(frozen=True, slots=True)
class ListedSubscription:
    """A subscription, and whether it may be used."""

    row: Subscription
    access: Access


@dataclass(frozen=True, slots=True)
class SubscriptionPage:
    """`cursor` is the id behind which the next page begins, None on the last one.

    `checkout` is one that is open: not a subscription, and it grants nothing. `live` are all subscriptions that bill.
    """

    subscriptions: tuple[ListedSubscription, ...]
    cursor: str | None
    checkout: Checkout | None
    live: tuple[Subscription, ...]

    @property
    def unverified(self) -> bool:
        """Whether the cache has been without news of any of them, or of what is scheduled for one."""
        return any(each.access.verify or each.row.scheduled_unknown for each in self.subscriptions)


def list_live(organization_id: str, after: str | None, store: Store, policy: Policy, now: int) -> SubscriptionPage:
    """The subscriptions that bill, newest first. Raises InvalidRequest for an `after` that is none of them."""
    partition = store.load(organization_id)
    return _page(partition, partition.live, after, policy, now)


def list_all(organization_id: str, after: str | None, store: Store, policy: Policy, now: int) -> SubscriptionPage:
    """The same with the ended ones behind them."""
    partition = store.load(organization_id)
    return _page(partition, partition.newest_first, after, policy, now)


def listed(rows: Iterable[Subscription], policy: Policy, now: int) -> tuple[ListedSubscription, ...]:
    """Each with its access at `now` (UTC seconds)."""
    return tuple(ListedSubscription(row, access(row, policy, now)) for row in rows)


def _page(
    partition: OrganizationState, rows: tuple[Subscription, ...], after: str | None, policy: Policy, now: int
) -> SubscriptionPage:
    start = 0
    if after is not None:
        start = next((place for place, row in enumerate(rows, 1) if row.id == after), 0)
        if start == 0:
            raise InvalidRequest("The cursor is not one of this list's.")
    page = rows[start : start + PAGE]
    cursor = page[-1].id if len(rows) > start + PAGE else None
    open_checkout = partition.organization.checkout if partition.organization else None
    checkout = None if open_checkout is None or open_checkout.withdrawn else open_checkout
    return SubscriptionPage(listed(page, policy, now), cursor, checkout, partition.live)

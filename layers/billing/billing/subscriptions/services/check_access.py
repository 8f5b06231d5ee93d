"""May this organization use this plan's features, now?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.subscriptions.domain.access import NO_SUBSCRIPTION, OTHER_PLAN, best_access

if TYPE_CHECKING:
    from collections.abc import Collection

    from billing.subscriptions.domain.access import Access, Policy
    from billing.subscriptions.services.ports import Store


def check_access(
    organization_id: str, item_price_ids: Collection[str], policy: Policy, store: Store, now: int
) -> Access:
    """Whether it has one of those item prices at `now` (UTC seconds): one read of the cache.

    Chargebee is never waited for.
    """
    partition = store.load(organization_id)
    none = OTHER_PLAN if partition.live else NO_SUBSCRIPTION
    return best_access(partition.holders(item_price_ids), policy, now, none)

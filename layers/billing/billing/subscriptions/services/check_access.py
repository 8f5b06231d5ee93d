"""May this organization use this plan's features, now?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.subscriptions.domain.access import best_access

if TYPE_CHECKING:
    from billing.subscriptions.domain.access import Access, Policy
    from billing.subscriptions.services.ports import Store


def check_access(organization_id: str, item_price_id: str, policy: Policy, store: Store, now: int) -> Access:
    """One read of the cache, at `now` (UTC seconds). Chargebee is never waited for."""
    return best_access(store.load(organization_id).holders(item_price_id), policy, now)

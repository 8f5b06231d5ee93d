"""May this organization use this plan's features, now?"""

from billing.subscriptions.domain.access import Access, Policy, best_access
from billing.subscriptions.services.ports import Store


def check_access(organization_id: str, item_price_id: str, policy: Policy, store: Store, now: int) -> Access:
    """One read of the cache, at `now` (UTC seconds). Chargebee is never waited for."""
    return best_access(store.load(organization_id).holders(item_price_id), policy, now)

"""May this organization use this plan's features, now?"""

from collections.abc import Callable

from billing.core.chargebee_errors import ChargebeeError
from billing.subscriptions.domain.access import UNVERIFIED_ALLOWANCE, Access, Policy, best_access, period_end
from billing.subscriptions.services.ports import Ports, Store


def check_access(
    organization_id: str, item_price_id: str, policy: Policy, *, store: Store, now: int, ports: Callable[[], Ports]
) -> Access:
    """One read, unless the cached period has ended without news: then Chargebee is asked before anything is said.

    While Chargebee cannot be asked, access goes on for three days after the period's end and no longer; then the
    ChargebeeError is raised. `ports` is called only then, because Chargebee's SDK costs half a second to import.
    """
    holders = store.load(organization_id).holders(item_price_id)
    cached = best_access(holders, policy, now)
    if not cached.verify:
        return cached
    from billing.subscriptions.services.resync_organization import resync_organization  # noqa: PLC0415 - hardly ever

    try:
        resync_organization(organization_id, ports())
    except ChargebeeError:
        if now >= max(period_end(row) or 0 for row in holders) + UNVERIFIED_ALLOWANCE:
            raise
        return cached
    return best_access(store.load(organization_id).holders(item_price_id), policy, now)

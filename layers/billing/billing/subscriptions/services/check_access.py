"""May this organization use this plan's features, now?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing.core.errors import NoSuchPlan
from billing.subscriptions.domain.access import NO_SUBSCRIPTION, OTHER_PLAN, best_access

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from billing.subscriptions.domain.access import Access, Policy
    from billing.subscriptions.services.ports import Store


def check_access(
    organization_id: str,
    name: str,
    priced: Callable[[str], Collection[str]],
    policy: Policy,
    store: Store,
    *,
    now: int,
) -> Access:
    """Whether it has the plan, add-on or item price of that name at `now` (UTC seconds): one read of the cache.

    `priced` gives the item prices of a name, and is asked only if the name's own item price gives no access. A deleted
    organization has nothing, also until Chargebee has confirmed its end. Chargebee is never waited for. Raises
    NoSuchPlan for a name that neither `priced` nor the organization's subscriptions know.
    """
    partition = store.load(organization_id)
    if partition.organization is not None and partition.organization.deleted_at is not None:
        partition = replace(partition, subscriptions=())
    none = OTHER_PLAN if partition.live else NO_SUBSCRIPTION
    exact = best_access(partition.holders((name,)), policy, now, none)
    if exact.allowed:
        return exact
    item_price_ids = priced(name)
    if exact is none and not item_price_ids:
        raise NoSuchPlan(f"There is no plan {name!r}.")
    return best_access(partition.holders({name, *item_price_ids}), policy, now, none)

"""Say what a purchase or a change would cost, while nothing of it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from billing.core.chargebee_errors import ChargebeeNotFound
from billing.core.errors import SubscriptionNotFound
from billing.subscriptions.domain.change import When
from billing.subscriptions.domain.line import in_the_way
from billing.subscriptions.services.change_subscription import prepare

if TYPE_CHECKING:
    from collections.abc import Collection

    from billing.plans.plan import Catalog
    from billing.plans.selection import Selection
    from billing.subscriptions.domain.change import Lines, Wanted
    from billing.subscriptions.domain.estimate import ChangeEstimate
    from billing.subscriptions.domain.subscription import Subscription
    from billing.subscriptions.services.change_subscription import SubscriptionChange
    from billing.subscriptions.services.check_coupons import Coupons
    from billing.subscriptions.services.ports import Ports


class Estimates(Protocol):
    """Chargebee's estimates. Every method raises the ChargebeeError that fits."""

    def change(self, subscription_id: str, lines: Lines, when: When) -> ChangeEstimate:
        """What it costs to give a subscription these lines. Raises ChargebeeNotFound."""

    def purchase(self, customer_id: str | None, selection: Selection, trial_end: int | None) -> ChangeEstimate:
        """What it costs to subscribe anew, with a trial until `trial_end` (UTC seconds); for somebody new without a
        customer, and where Chargebee has it no more."""


def preview_change(
    change: SubscriptionChange, catalog: Catalog, coupons: Coupons, estimates: Estimates, ports: Ports
) -> ChangeEstimate:
    """What the very same change would cost if it were confirmed now.

    Where no subscription is named, and none is live in the line of the plan that is, it would be a purchase.
    Raises what `change_subscription` raises for it, or `preview_purchase`.
    """
    partition = ports.store.load(change.organization_id)
    if change.subscription_id is None and _bought_anew(partition.live, change.wanted, catalog):
        from billing.subscriptions.services.preview_purchase import preview_purchase  # noqa: PLC0415 - most have one

        buyer = partition.opened(change.organization_id)
        return preview_purchase(buyer, change.wanted, catalog, coupons, estimates, clock=ports.clock)
    subscription, lines = prepare(change, partition, catalog, coupons, ports.clock)
    try:
        return estimates.change(subscription.id, lines, change.wanted.when)
    except ChargebeeNotFound as error:
        raise SubscriptionNotFound("Chargebee no longer has this subscription.") from error


def _bought_anew(live: Collection[Subscription], wanted: Wanted, catalog: Catalog) -> bool:
    """Whether it would be a subscription of its own: a plan that is wanted now, and nothing live is of its line."""
    if wanted.item_price_id is None or wanted.when is not When.NOW:
        return False
    plan = catalog.plans.get(wanted.item_price_id)
    return not live or (plan is not None and not in_the_way(live, plan.line, catalog))

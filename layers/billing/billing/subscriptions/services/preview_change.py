"""Say what a change would cost, before anything is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from billing.core.chargebee_errors import ChargebeeNotFound
from billing.core.errors import SubscriptionNotFound
from billing.subscriptions.services.change_subscription import prepare

if TYPE_CHECKING:
    from billing.plans.plan import Catalog
    from billing.subscriptions.domain.change import Lines, When
    from billing.subscriptions.domain.estimate import ChangeEstimate
    from billing.subscriptions.services.change_subscription import SubscriptionChange
    from billing.subscriptions.services.check_coupons import Coupons
    from billing.subscriptions.services.ports import Ports


class Estimates(Protocol):
    """Chargebee's estimates. Every method raises the ChargebeeError that fits."""

    def change(self, subscription_id: str, lines: Lines, when: When) -> ChangeEstimate:
        """What it costs to give a subscription these lines. Raises ChargebeeNotFound."""


def preview_change(
    change: SubscriptionChange, catalog: Catalog, coupons: Coupons, estimates: Estimates, ports: Ports
) -> ChangeEstimate:
    """What the very same change would cost if it were confirmed now.

    Raises what `change_subscription` raises for it.
    """
    subscription, lines = prepare(change, catalog, coupons, ports)
    try:
        return estimates.change(subscription.id, lines, change.wanted.when)
    except ChargebeeNotFound as error:
        raise SubscriptionNotFound("Chargebee no longer has this subscription.") from error

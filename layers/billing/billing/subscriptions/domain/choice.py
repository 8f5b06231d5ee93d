"""Which subscription a request means."""

from billing.core.errors import SubscriptionNotFound
from billing.subscriptions.domain.organization import OrganizationState
from billing.subscriptions.domain.subscription import Subscription


def choose(partition: OrganizationState, subscription_id: str | None) -> Subscription:
    """The live subscription that was named, or the newest when none was.

    Raises SubscriptionNotFound for any other id, another organization's included: nothing is fallen back to.
    """
    newest = next(iter(partition.live), None)
    found = newest if subscription_id is None else partition.subscription(subscription_id)
    if found is None or not found.live:
        raise SubscriptionNotFound("There is no such subscription, or it has ended.")
    return found

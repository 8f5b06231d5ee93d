"""Which subscription a request means."""

from billing.core.errors import SubscriptionAmbiguous, SubscriptionNotFound
from billing.subscriptions.domain.organization import OrganizationState
from billing.subscriptions.domain.subscription import Subscription


def choose(partition: OrganizationState, subscription_id: str | None) -> Subscription:
    """The live subscription that was named, or the only one when none was.

    Raises SubscriptionAmbiguous where there are several, and SubscriptionNotFound for any other id, another
    organization's included: nothing is fallen back to.
    """
    if subscription_id is None:
        return _only(partition.live)
    found = partition.subscription(subscription_id)
    if found is None or not found.live:
        raise SubscriptionNotFound(_NONE)
    return found


_NONE = "There is no such subscription, or it has ended."


def _only(live: tuple[Subscription, ...]) -> Subscription:
    if len(live) > 1:
        ids = ", ".join(each.checkout_id for each in live)
        raise SubscriptionAmbiguous(f"This organization has several subscriptions; name one as subscriptionId: {ids}.")
    if not live:
        raise SubscriptionNotFound(_NONE)
    return live[0]

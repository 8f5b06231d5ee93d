"""Which subscription a request means, and what it would become."""

from billing.core.errors import InvalidState, NothingToChange, SubscriptionNotFound
from billing.plans.plan import Catalog, check_seats
from billing.plans.selection import Selection
from billing.subscriptions.domain.organization import Partition
from billing.subscriptions.domain.subscription import RUNNING, Subscription


def choose(partition: Partition, subscription_id: str | None) -> Subscription:
    """The live subscription that was named, or the newest when none was.

    Raises SubscriptionNotFound for any other id, another organization's included: nothing is fallen back to.
    """
    newest = next(iter(partition.live), None)
    found = newest if subscription_id is None else partition.subscription(subscription_id)
    if found is None or not found.live:
        raise SubscriptionNotFound("There is no such subscription, or it has ended.")
    return found


def changed(subscription: Subscription, catalog: Catalog, item_price_id: str | None, seats: int | None) -> Selection:
    """The subscription with another plan, other seats, or both; what is not named stays, add-ons too.

    Raises InvalidState, UnknownPlan, InvalidSeats, or NothingToChange.
    """
    current = subscription.plan
    if subscription.status not in RUNNING or current is None:
        raise InvalidState(f"A subscription that is {subscription.status} cannot be changed.")
    plan_id = current.item_price_id if item_price_id is None else item_price_id
    wanted = (current.quantity or 1) if seats is None else seats
    check_seats(catalog.plan(plan_id), wanted)
    if (plan_id, wanted) == (current.item_price_id, current.quantity):
        raise NothingToChange("The subscription already has this plan and these seats.")
    addons = (
        (item.item_price_id, item.quantity or 1) for item in subscription.items or () if item.item_type == "addon"
    )
    return Selection(plan_id, wanted, tuple(sorted(addons)))

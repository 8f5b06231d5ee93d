"""Which subscription a request means, and what it would become."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from billing.core.errors import (
    ChangeNotSupported,
    ChangesScheduled,
    InvalidState,
    NothingToChange,
    SubscriptionNotFound,
)
from billing.plans.plan import Catalog, check_seats
from billing.subscriptions.domain.organization import OrganizationState
from billing.subscriptions.domain.subscription import RUNNING, Item, Subscription

PASSED_ON = frozenset(
    {
        "billing_cycles",
        "trial_end",
        "service_period_days",
        "charge_on_event",
        "charge_once",
        "charge_on_option",
        "item_tiers",
    }
)
"""What is agreed for a line and can be said of it again when the whole list is given anew.

https://apidocs.chargebee.com/docs/api/hosted_pages/create-checkout-to-update-a-subscription
"""


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines to set. `complete` says that they are all that the subscription shall have; else the others stay."""

    items: tuple[Item, ...]
    complete: bool = False


def choose(partition: OrganizationState, subscription_id: str | None) -> Subscription:
    """The live subscription that was named, or the newest when none was.

    Raises SubscriptionNotFound for any other id, another organization's included: nothing is fallen back to.
    """
    newest = next(iter(partition.live), None)
    found = newest if subscription_id is None else partition.subscription(subscription_id)
    if found is None or not found.live:
        raise SubscriptionNotFound("There is no such subscription, or it has ended.")
    return found


def changed(subscription: Subscription, catalog: Catalog, item_price_id: str | None, seats: int | None) -> Lines:
    """The subscription with another plan, other seats, or both; what is not named stays.

    Raises InvalidState, ChangeNotSupported, UnknownPlan, InvalidSeats, or NothingToChange.
    """
    current = subscription.plan
    if subscription.status not in RUNNING or current is None:
        raise InvalidState(f"A subscription that is {subscription.status} cannot be changed.")
    same = item_price_id is None or item_price_id == current.item_price_id
    if same and (seats is None or seats == current.quantity):
        raise NothingToChange("The subscription already has this plan and these seats.")
    if same and not current.counted:
        raise ChangeNotSupported("This plan is not counted in seats.")
    line = current if same or item_price_id is None else _of_plan(item_price_id, current)
    line = line if seats is None else with_seats(line, seats)
    plan = catalog.plan(line.item_price_id) if same else catalog.plan_for_sale(line.item_price_id)
    if line.seats is not None:
        check_seats(plan, line.seats)
    return Lines((line,)) if same else _replaced(subscription, current, line)


def with_seats(line: Item, seats: int) -> Item:
    """The line with a quantity of its own, in decimals where it has any; the price stays."""
    decimals = None if line.quantity_in_decimal is None else str(seats)
    return replace(line, quantity=seats, quantity_in_decimal=decimals)


def check_scheduled(subscription: Subscription) -> None:
    """Raises ChangesScheduled when a change now would drop what is to come.

    https://apidocs.chargebee.com/docs/api/subscriptions/update-subscription-for-items: "Any existing scheduled change
    on the subscription is deleted", and a scheduled cancellation is taken back.
    """
    if subscription.has_scheduled_changes or subscription.cancel_at is not None:
        raise ChangesScheduled("A change or the end of this subscription is scheduled already; this would drop it.")


def _of_plan(item_price_id: str, current: Item) -> Item:
    """Another plan at its own price, for as many."""
    return Item(item_price_id, "plan", current.quantity, quantity_in_decimal=current.quantity_in_decimal)


def _replaced(subscription: Subscription, current: Item, line: Item) -> Lines:
    """The whole list anew: where a site sells several plans in one subscription, one alone would be added."""
    others = [item for item in subscription.items or () if item != current]
    if subscription.remaining_cycles is not None or _not_understood(others):
        raise ChangeNotSupported("This subscription has terms of its own that a change of plan here would lose.")
    return Lines((line, *others), complete=True)


def _not_understood(items: Iterable[Item]) -> bool:
    return any(name not in PASSED_ON for item in items for name, _ in item.agreed)

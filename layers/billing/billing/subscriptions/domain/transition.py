"""What happened to a subscription, told by comparing it before and after: never by the name of an event.

Each transition is announced exactly once, in the order of its list here.
"""

from dataclasses import dataclass
from enum import StrEnum

from billing.subscriptions.domain.subscription import Status, Subscription


class Transition(StrEnum):
    """The vocabulary of the bus and of `hooks.py`."""

    CUSTOMER_CREATED = "customer.created"
    CREATED = "subscription.created"
    ACTIVATED = "subscription.activated"
    TRIAL_STARTED = "subscription.trial_started"
    TRIAL_ENDED = "subscription.trial_ended"
    RENEWED = "subscription.renewed"
    UPDATED = "subscription.updated"
    CANCELLATION_SCHEDULED = "subscription.cancellation_scheduled"
    CANCELLATION_REMOVED = "subscription.cancellation_removed"
    PAUSED = "subscription.paused"
    RESUMED = "subscription.resumed"
    PAST_DUE = "subscription.past_due"
    RECOVERED = "subscription.recovered"
    CANCELLED = "subscription.cancelled"
    DELETED = "subscription.deleted"
    PAYMENT_METHOD_ATTACHED = "payment_method.attached"
    PAYMENT_METHOD_DETACHED = "payment_method.detached"
    CHARGE_SUCCEEDED = "charge.succeeded"
    CHARGE_FAILED = "charge.failed"
    CHARGE_REFUNDED = "charge.refunded"
    CHECKOUT_COMPLETED = "checkout.completed"
    ENTITLEMENT_ALERT = "entitlement.threshold_reached"
    ENTITLEMENT_EXHAUSTED = "entitlement.exhausted"
    WALLET_CREDITED = "wallet.credited"
    WALLET_LOW = "wallet.low"
    GRANT_CREATED = "grant.created"
    GRANT_CHANGED = "grant.changed"
    GRANT_DELETED = "grant.deleted"


@dataclass(frozen=True, slots=True)
class _View:
    """The yes-or-no questions that the transitions are made of."""

    exists: bool
    usable: bool
    trial: bool
    paused: bool
    cancelling: bool
    past_due: bool
    ended: bool
    deleted: bool


def _view(subscription: Subscription | None) -> _View:
    if subscription is None:
        return _View(*(False,) * 8)
    status = subscription.status
    return _View(
        exists=True,
        usable=subscription.live and status is not Status.FUTURE,
        trial=status is Status.IN_TRIAL,
        paused=status is Status.PAUSED,
        cancelling=subscription.cancel_at is not None,
        past_due=subscription.past_due,
        ended=subscription.ended,
        deleted=status is Status.DELETED,
    )


def transitions(before: Subscription | None, after: Subscription) -> tuple[Transition, ...]:
    """Name what changed from `before` to `after`, in announcement order.

    A subscription that ends is `cancelled` exactly once, whether it was cancelled, transferred or deleted while
    alive; `deleted` follows only when the record itself is gone.
    """
    was, now = _view(before), _view(after)
    found = (
        (Transition.CREATED, not was.exists),
        (Transition.ACTIVATED, now.usable and not was.usable),
        (Transition.TRIAL_STARTED, now.trial and not was.trial),
        (Transition.TRIAL_ENDED, was.trial and not now.trial),
        (Transition.RENEWED, _renewed(before, after)),
        (Transition.UPDATED, _updated(before, after)),
        (Transition.CANCELLATION_SCHEDULED, now.cancelling and not was.cancelling),
        (Transition.CANCELLATION_REMOVED, was.cancelling and not now.cancelling and not now.ended),
        (Transition.PAUSED, now.paused and not was.paused),
        (Transition.RESUMED, was.paused and not now.paused and now.usable),
        (Transition.PAST_DUE, now.past_due and not was.past_due),
        (Transition.RECOVERED, was.past_due and not now.past_due and not now.ended),
        (Transition.CANCELLED, now.ended and not was.ended),
        (Transition.DELETED, now.deleted and not was.deleted),
    )
    return tuple(transition for transition, happened in found if happened)


def _renewed(before: Subscription | None, after: Subscription) -> bool:
    return bool(
        before
        and before.live
        and after.live
        and before.term_start is not None
        and after.term_start is not None
        and after.term_start > before.term_start
    )


def _updated(before: Subscription | None, after: Subscription) -> bool:
    """The plan, the seats, the other items, or the trial's length are not what they were."""
    if before is None or before.ended or after.ended:
        return False
    lengthened = before.status is after.status is Status.IN_TRIAL and before.trial_end != after.trial_end
    return before.items != after.items or lengthened or before.changes_scheduled_at != after.changes_scheduled_at

"""Who may use what they bought: the one policy that the list, the gate and the hooks share."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from billing.core.clock import DAY, HOUR
from billing.subscriptions.domain.subscription import RUNNING, Status, Subscription


class Reason(StrEnum):
    """Why access is given or not. The values are codes of the API: a subscription's status, or what overrules it."""

    FUTURE = Status.FUTURE
    IN_TRIAL = Status.IN_TRIAL
    ACTIVE = Status.ACTIVE
    NON_RENEWING = Status.NON_RENEWING
    PAUSED = Status.PAUSED
    CANCELLED = Status.CANCELLED
    TRANSFERRED = Status.TRANSFERRED
    DELETED = Status.DELETED
    UNKNOWN = Status.UNKNOWN
    ITEMS_UNKNOWN = "items_unknown"
    PAST_DUE = "past_due"
    PAST_DUE_GRACE = "past_due_grace"
    NO_SUBSCRIPTION = "no_subscription"
    OTHER_PLAN = "other_plan"
    """There is a subscription, of another plan."""
    IN_PLAN = "in_plan"
    NOT_IN_PLAN = "not_in_plan"
    PLAN_UNKNOWN = "plan_unknown"
    """Of a feature: the plan that is paid is not in the catalog."""
    EXHAUSTED = "exhausted"
    UNVERIFIED = "unverified"
    """The period ended days ago, and nobody has said what came then."""


@dataclass(frozen=True, slots=True)
class Access:
    """Whether access is given, and why.

    `verify` says that the cache is overdue: the period ended and no webhook came, or the items were never told. The
    answer holds nevertheless; Chargebee is asked in the background (docs/explanation/access.md).
    """

    allowed: bool
    reason: Reason
    verify: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """For how long access goes on when an invoice is unpaid.

    `past_due_grace` is in seconds after the first unpaid invoice. `grace_of_plan` gives the plan's own grace by its
    item price, None where the plan has none; it is called for past-due subscriptions only, because reading the catalog
    may cost a read of the table.
    """

    past_due_grace: int
    grace_of_plan: Callable[[str], int | None] = lambda item_price_id: None

    def grace(self, subscription: Subscription) -> int:
        """In seconds."""
        own = self.grace_of_plan(subscription.plan.item_price_id) if subscription.plan else None
        return self.past_due_grace if own is None else own


NEWS_ALLOWANCE = HOUR
"""Seconds after the end of a period within which the renewal's webhook is simply on its way."""

UNVERIFIED_ALLOWANCE = 3 * DAY
"""Seconds after the end of a period for which access goes on while nothing is heard of Chargebee."""


def access(subscription: Subscription, policy: Policy, now: int) -> Access:
    """Decide at `now` (UTC seconds).

    Trial and active grant access; so does a scheduled cancellation until its date, because the term is paid. Without
    known items access is refused, because the gate could not tell which plan is meant.
    """
    if subscription.status not in RUNNING:
        return Access(allowed=False, reason=Reason(subscription.status), verify=_starts_unheard(subscription, now))
    if not subscription.items:
        return Access(allowed=False, reason=Reason.ITEMS_UNKNOWN, verify=True)
    if subscription.cancel_at is not None and now >= subscription.cancel_at:
        return Access(allowed=False, reason=Reason.CANCELLED)
    if subscription.past_due and now >= (subscription.due_since or subscription.occurred_at) + policy.grace(
        subscription
    ):
        return Access(allowed=False, reason=Reason.PAST_DUE)
    end = period_end(subscription)
    if end is not None and now >= end + UNVERIFIED_ALLOWANCE:
        return Access(allowed=False, reason=Reason.UNVERIFIED, verify=True)
    return Access(
        allowed=True,
        reason=Reason.PAST_DUE_GRACE if subscription.past_due else Reason(subscription.status),
        verify=end is not None and now >= end + NEWS_ALLOWANCE,
    )


NO_SUBSCRIPTION = Access(allowed=False, reason=Reason.NO_SUBSCRIPTION)
OTHER_PLAN = Access(allowed=False, reason=Reason.OTHER_PLAN)


def best_access(
    subscriptions: Iterable[Subscription], policy: Policy, now: int, none: Access = NO_SUBSCRIPTION
) -> Access:
    """The best that any of the subscriptions gives, `none` when there is none."""
    found = [access(each, policy, now) for each in subscriptions]
    return max(found, key=lambda each: (each.allowed, not each.verify), default=none)


def period_end(subscription: Subscription) -> int | None:
    """The end of what the cache knows to be granted: the trial's while in trial, else the paid term's."""
    return subscription.trial_end if subscription.status is Status.IN_TRIAL else subscription.term_end


def _starts_unheard(subscription: Subscription, now: int) -> bool:
    """Whether the day has come on which it was to begin, or to go on after a pause, and nobody said that it has."""
    match subscription.status:
        case Status.FUTURE:
            due = subscription.next_billing_at
        case Status.PAUSED:
            due = subscription.resume_date
        case _:
            due = None
    return due is not None and now >= due + NEWS_ALLOWANCE

"""Who may use what they bought: the one policy that the list, the gate and the hooks share."""

from collections.abc import Iterable
from dataclasses import dataclass

from billing.subscriptions.domain.subscription import RUNNING, Status, Subscription


@dataclass(frozen=True, slots=True)
class Access:
    """`verify` asks the caller to read Chargebee first: the cached period ended and no news came."""

    allowed: bool
    reason: str
    verify: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """`past_due_grace`: for how many seconds after the first unpaid invoice access goes on."""

    past_due_grace: int


DAY = 86_400
NEWS_ALLOWANCE = 3_600
"""Seconds after the end of a period within which the renewal's webhook is simply on its way."""

UNVERIFIED_ALLOWANCE = 3 * DAY
"""Seconds after the end of a period for which access goes on while Chargebee cannot be asked."""


def access(subscription: Subscription, policy: Policy, now: int) -> Access:
    """Decide at `now` (UTC seconds).

    In trial and active grant access; so does a scheduled cancellation until its date, because the term is paid.
    """
    if subscription.status not in RUNNING:
        return Access(allowed=False, reason=str(subscription.status))
    if subscription.cancel_at is not None and now >= subscription.cancel_at:
        return Access(allowed=False, reason="cancelled")
    if subscription.past_due and now >= (subscription.due_since or subscription.occurred_at) + policy.past_due_grace:
        return Access(allowed=False, reason="past_due")
    end = period_end(subscription)
    return Access(
        allowed=True,
        reason="past_due_grace" if subscription.past_due else str(subscription.status),
        verify=end is not None and now >= end + NEWS_ALLOWANCE,
    )


def best_access(subscriptions: Iterable[Subscription], policy: Policy, now: int) -> Access:
    """The best that any of the subscriptions gives, `no_subscription` when there is none."""
    found = [access(each, policy, now) for each in subscriptions]
    none = Access(allowed=False, reason="no_subscription")
    return max(found, key=lambda each: (each.allowed, not each.verify), default=none)


def period_end(subscription: Subscription) -> int | None:
    """The end of what the cache knows to be granted: the trial's while in trial, else the paid term's."""
    return subscription.trial_end if subscription.status is Status.IN_TRIAL else subscription.term_end

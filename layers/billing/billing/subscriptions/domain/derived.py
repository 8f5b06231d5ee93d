"""What an organization's own row derives from its subscriptions' rows."""

from dataclasses import replace

from billing.subscriptions.domain.organization import Organization, OrganizationState
from billing.subscriptions.domain.subscription import Subscription


def derived(
    organization: Organization, known: tuple[Subscription, ...], changed: tuple[Subscription, ...]
) -> Organization:
    """The organization once its rows are what they are after the change.

    The checkout is closed only by the subscription that it was opened for. Any other leaves its page payable.
    """
    rows = {row.id: row for row in (*known, *changed)}
    after = OrganizationState(None, tuple(rows.values()))
    trials = [row.trial_start for row in rows.values() if row.trial_start is not None]
    if organization.trial_used_at is not None:
        trials.append(organization.trial_used_at)
    checkout = organization.checkout
    return replace(
        organization,
        live=frozenset(row.id for row in after.live),
        plan_id=after.plan_id,
        trial_used_at=min(trials, default=None),
        checkout=None if checkout is not None and checkout.subscription_id in rows else checkout,
    )

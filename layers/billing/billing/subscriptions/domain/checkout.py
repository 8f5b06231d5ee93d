"""The organization's one checkout slot: who may open it, and when its page is a new one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing.core.clock import DAY
from billing.core.errors import OrganizationDeleted, SubscriptionExists

if TYPE_CHECKING:
    from billing.plans.plan import Plan
    from billing.subscriptions.domain.organization import Checkout, Organization

PAGE_LIFETIME = 1_500
"""Seconds for which the same selection is the same page. Chargebee replays an idempotent call for 30 minutes."""


def claim(organization: Organization, wanted: Checkout, reopen: int | None) -> Organization:
    """The rule that the table runs as one conditional update, `claim_checkout`: only a claim without a row runs it.

    The model of the table runs it too, and the store's contract test holds both to the same answers. It gives the
    organization with its checkout open, or the very same one when the open checkout already is that. `reopen` is the
    `opened_at` of a page that turned out to be closed. Raises SubscriptionExists or OrganizationDeleted.
    """
    check_free(organization)
    held = organization.checkout
    if held is None:
        opened = wanted
    elif renewable(held, wanted, reopen):
        opened = replace(wanted, subscription_id=held.subscription_id)
    else:
        return organization
    return replace(organization, checkout=opened, version=organization.version + 1)


def check_free(organization: Organization) -> None:
    """Raises SubscriptionExists or OrganizationDeleted when nothing may be bought."""
    if organization.deleted_at is not None:
        raise OrganizationDeleted("This organization has been deleted.")
    if organization.live:
        raise SubscriptionExists("This organization already has a subscription. Change that one instead.")


def renewable(held: Checkout, wanted: Checkout, reopen: int | None) -> bool:
    """Whether `wanted` needs a page of its own: another selection, an old page, or one known to be closed."""
    return (
        held.selection != wanted.selection
        or held.opened_at <= wanted.opened_at - PAGE_LIFETIME
        or held.opened_at == reopen
    )


def trial_end(organization: Organization, plan: Plan) -> int | None:
    """When the trial of the open checkout would end (UTC seconds): one trial per organization, ever."""
    if organization.trial_used_at is not None or organization.checkout is None or plan.trial_days == 0:
        return None
    return organization.checkout.opened_at + plan.trial_days * DAY

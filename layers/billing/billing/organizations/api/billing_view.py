"""How an organization's billing, and what it has to do, look in the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.organizations.api.account_view import account_view

if TYPE_CHECKING:
    from billing.organizations.api.answers import ActionView, BillingView
    from billing.organizations.services.open_required_actions import OpenAction
    from billing.organizations.services.read_billing import Billing
    from billing.plans.plan import Catalog


def billing_view(billing: Billing, catalog: Catalog, billing_admin: bool) -> BillingView:
    """The same for whoever is signed in, and what has to be done."""
    return {
        "billingAdmin": billing_admin,
        **account_view(billing.overview, catalog),
        "requiredActions": [_action_view(each) for each in billing.actions],
    }


def _action_view(opened: OpenAction) -> ActionView:
    """`url` is null without a page: while Chargebee is away, or for whoever may not act."""
    action = opened.action
    view: ActionView = {
        "type": action.type.value,
        "subscriptionId": action.subscription_id,
        "url": opened.page.url if opened.page else None,
        "expiresAt": opened.page.expires_at if opened.page else None,
    }
    if action.amount_due is not None:
        view["amountDue"] = action.amount_due
    if action.currency is not None:
        view["currency"] = action.currency
    if action.since is not None:
        view["dueSince"] = action.since
    if action.by is not None:
        view["trialEnd"] = action.by
    if action.selection is not None:
        view["itemPriceId"] = action.selection.item_price_id
        view["seats"] = action.selection.seats
    return view

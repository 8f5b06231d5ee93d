"""How an organization's account, and what it has to do, look in the API."""

from billing.metering.api.views import entitlements_view
from billing.metering.domain.published import published_auto_top_up, published_wallet
from billing.organizations.api.answers import AccountView, ActionView, BillingView
from billing.organizations.api.organization_view import organization_view
from billing.organizations.services.open_actions import OpenAction
from billing.organizations.services.read_billing import Billing
from billing.organizations.services.read_organization import Overview
from billing.plans.plan import Catalog
from billing.subscriptions.domain.published import published_subscription


def account_view(overview: Overview, catalog: Catalog) -> AccountView:
    """The organization with its subscriptions, what it is entitled to, and its wallets with their rules."""
    return {
        "organization": organization_view(overview.organization),
        "subscriptions": [published_subscription(each.row, catalog, each.access) for each in overview.subscriptions],
        **entitlements_view(overview.entitlements),
        "wallets": [published_wallet(wallet) for wallet in overview.wallets],
        "autoTopUp": [published_auto_top_up(rule, overview.at) for rule in overview.rules],
    }


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

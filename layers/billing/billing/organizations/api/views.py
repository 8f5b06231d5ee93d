"""How organizations, and what they have to do, look in the API."""

from billing.metering.api.views import entitlements_view
from billing.metering.api.wallet_views import rule_view, wallet_view
from billing.organizations.api.answers import AccountView, ActionView, BillingView, OrganizationList, OrganizationView
from billing.organizations.api.queries import cursor_of
from billing.organizations.services.list_organizations import Listed, ListedPage, plan_of_nothing
from billing.organizations.services.open_actions import OpenAction
from billing.organizations.services.read_billing import Billing
from billing.organizations.services.read_organization import Overview
from billing.plans.plan import Catalog
from billing.subscriptions.api.views import subscription_view
from billing.subscriptions.domain.organization import Organization


def organization_view(organization: Organization | Listed) -> OrganizationView:
    """Who it is, here and in Chargebee, and whether it has had its trial."""
    return {
        "id": organization.id,
        "displayName": organization.display_name,
        "customerId": organization.customer_id,
        "trialUsedAt": organization.trial_used_at,
    }


def list_view(page: ListedPage, catalog: Catalog) -> OrganizationList:
    """A page of the list."""
    nothing = plan_of_nothing(catalog)
    return {
        "organizations": [{**organization_view(each), "plan": each.plan or nothing} for each in page.organizations],
        "cursor": cursor_of(page.last) if page.last else None,
    }


def account_view(overview: Overview, catalog: Catalog) -> AccountView:
    """The organization with its subscriptions, what it is entitled to, and its wallets with their rules."""
    return {
        "organization": organization_view(overview.organization),
        "subscriptions": [subscription_view(each, catalog) for each in overview.subscriptions],
        **entitlements_view(overview.entitlements),
        "wallets": [wallet_view(wallet) for wallet in overview.wallets],
        "autoTopUp": [rule_view(rule, overview.at) for rule in overview.rules],
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

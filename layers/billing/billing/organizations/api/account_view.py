"""How an organization's account looks in the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.metering.api.entitlement_view import entitlements_view
from billing.metering.api.wallet_view import wallet_view
from billing.metering.domain.published import published_auto_top_up
from billing.organizations.api.organization_view import organization_view
from billing.subscriptions.domain.published import published_subscription

if TYPE_CHECKING:
    from billing.organizations.api.answers import AccountView
    from billing.organizations.services.read_organization import Overview
    from billing.plans.plan import Catalog


def account_view(overview: Overview, catalog: Catalog) -> AccountView:
    """The organization with its subscriptions, what it is entitled to, and its wallets with their rules."""
    return {
        "organization": organization_view(overview.organization),
        "subscriptions": [published_subscription(each.row, catalog, each.access) for each in overview.subscriptions],
        **entitlements_view(overview.entitlements),
        "wallets": [wallet_view(wallet) for wallet in overview.wallets],
        "autoTopUp": [published_auto_top_up(rule, overview.at) for rule in overview.rules],
    }

"""Answers about an organization as a whole, and the list of them."""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from typing import Any

from billing.core.errors import InvalidRequest, OrganizationDeleted, OrganizationNotFound
from billing.metering.api.entitlements import entitlements_view
from billing.metering.domain.entitlement import Account
from billing.metering.domain.published import published_auto_top_up, published_wallet
from billing.metering.services.record_usage import Metering
from billing.organizations.services.list_organizations import Directory, Listed
from billing.plans.plan import Catalog
from billing.subscriptions.domain.access import access
from billing.subscriptions.domain.organization import Organization
from billing.subscriptions.domain.published import published_subscription
from billing.subscriptions.domain.subscription import Subscription

NOTHING = "none"
"""The plan of whoever subscribes to nothing, where the catalog has no default plan."""

PAGE = 50
MAX_PAGE = 100
_WHOLE = re.compile(r"[0-9]{1,3}")


def organization_view(organization: Organization | Listed) -> dict[str, Any]:
    """Who it is, here and in Chargebee, and whether it has had its trial."""
    return {
        "id": organization.id,
        "displayName": organization.display_name,
        "customerId": organization.customer_id,
        "trialUsedAt": organization.trial_used_at,
    }


def account_view(
    organization: Organization, account: Account, rows: Iterable[Subscription], metering: Metering
) -> dict[str, Any]:
    """The organization with `rows` of its subscriptions, what it is entitled to, and its wallets with their rules."""
    now = metering.clock()
    return {
        "organization": organization_view(organization),
        "subscriptions": [
            published_subscription(row, metering.catalog, access(row, metering.policy, now)) for row in rows
        ],
        **entitlements_view(account, metering, now),
        "wallets": [published_wallet(wallet) for wallet in account.wallets.values()],
        "autoTopUp": [published_auto_top_up(rule, now) for rule in account.rules.values()],
    }


def one_organization(organization_id: str, metering: Metering) -> dict[str, Any]:
    """Everything about it, its ended subscriptions too. Raises OrganizationNotFound, OrganizationDeleted."""
    account = metering.store.account(organization_id)
    organization = account.partition.organization
    if organization is None:
        raise OrganizationNotFound(f"There is no organization {organization_id!r}.")
    return account_view(not_deleted(organization), account, account.partition.newest_first, metering)


def not_deleted(organization: Organization) -> Organization:
    """Raises OrganizationDeleted for a tombstone."""
    if organization.deleted_at is not None:
        raise OrganizationDeleted("This organization has been deleted.")
    return organization


def organization_list(query: Mapping[str, str], directory: Directory, catalog: Catalog) -> dict[str, Any]:
    """A page of the organizations, by `plan` if one is named. Raises InvalidRequest."""
    nothing = catalog.default.item_price_id if catalog.default else NOTHING
    after, limit = _after(query.get("cursor")), _limit(query.get("limit", str(PAGE)))
    plan = query.get("plan")
    if plan is None:
        page = directory.everybody(after, limit)
    else:
        page = directory.of_plan(None if plan == nothing else plan, after, limit)
    return {
        "organizations": [{**organization_view(each), "plan": each.plan or nothing} for each in page.organizations],
        "cursor": base64.urlsafe_b64encode(page.last.encode()).decode() if page.last else None,
    }


def _after(cursor: str | None) -> str:
    try:
        return base64.b64decode(cursor or "", altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise InvalidRequest("The cursor is not one of this list's.") from None


def _limit(text: str) -> int:
    if not _WHOLE.fullmatch(text) or not 1 <= int(text) <= MAX_PAGE:
        raise InvalidRequest(f"limit must be a whole number from 1 to {MAX_PAGE}.")
    return int(text)

"""Everything about one organization, in one query of the table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.core.errors import OrganizationDeleted, OrganizationNotFound
from billing.metering.services.read_entitlements import entitlements
from billing.subscriptions.services.list_subscriptions import listed

if TYPE_CHECKING:
    from billing.metering.domain.entitlement import Account
    from billing.metering.domain.top_up_rule import TopUpRule
    from billing.metering.domain.wallet import Wallet
    from billing.metering.services.ports import Metering
    from billing.metering.services.read_entitlements import Entitlements
    from billing.subscriptions.domain.organization import Organization
    from billing.subscriptions.domain.subscription import Subscription
    from billing.subscriptions.services.list_subscriptions import ListedSubscription


@dataclass(frozen=True, slots=True)
class Overview:
    """The organization with its subscriptions, what it is entitled to, and its wallets with their rules.

    `at` is when it was read, in UTC seconds.
    """

    organization: Organization
    subscriptions: tuple[ListedSubscription, ...]
    entitlements: Entitlements
    wallets: tuple[Wallet, ...]
    rules: tuple[TopUpRule, ...]
    at: int


def read_organization(organization_id: str, metering: Metering) -> Overview:
    """With its ended subscriptions too. Raises OrganizationNotFound, OrganizationDeleted."""
    account = metering.store.account(organization_id)
    organization = account.partition.organization
    if organization is None:
        raise OrganizationNotFound(f"There is no organization {organization_id!r}.")
    return overview(not_deleted(organization), account, account.partition.newest_first, metering)


def overview(
    organization: Organization, account: Account, rows: Iterable[Subscription], metering: Metering
) -> Overview:
    """What an account that was read says now, with `rows` of its subscriptions."""
    now = metering.clock()
    account = account.at(now)
    return Overview(
        organization,
        listed(rows, metering.policy, now),
        entitlements(account, metering, now),
        tuple(account.wallets.values()),
        tuple(account.rules.values()),
        now,
    )


def not_deleted(organization: Organization) -> Organization:
    """Raises OrganizationDeleted for a tombstone."""
    if organization.deleted_at is not None:
        raise OrganizationDeleted("This organization has been deleted.")
    return organization

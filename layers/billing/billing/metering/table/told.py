"""Metering on the one table for whoever names an organization: one that nobody ever told of is a typo."""

from billing.core.errors import UnknownOrganization
from billing.metering.domain.entitlement import Account
from billing.metering.table.store import DynamoUsage


class ToldUsage(DynamoUsage):
    """`DynamoUsage` for organizations that a vendor, a caller of ours or a subscription has told of."""

    def account(self, organization_id: str) -> Account:
        """The same query, for the organization's row is in it. Raises UnknownOrganization."""
        account = super().account(organization_id)
        if account.partition.organization is None and not account.partition.subscriptions:
            raise UnknownOrganization(
                f"Nobody has told of an organization {organization_id!r}. If that is its id, create it: "
                f"PUT /api/organizations/{organization_id}, with its displayName."
            )
        return account

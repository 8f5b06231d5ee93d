"""How an organization, and the list of them, look in the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.organizations.api.queries import cursor_of
from billing.organizations.services.list_organizations import plan_of_nothing

if TYPE_CHECKING:
    from billing.organizations.api.answers import OrganizationList, OrganizationView
    from billing.organizations.services.list_organizations import OrganizationPage, OrganizationSummary
    from billing.plans.plan import Catalog
    from billing.subscriptions.domain.organization import Organization


def organization_view(organization: Organization | OrganizationSummary) -> OrganizationView:
    """Who it is, here and in Chargebee, and whether it has had its trial."""
    return {
        "id": organization.id,
        "displayName": organization.display_name,
        "customerId": organization.customer_id,
        "trialUsedAt": organization.trial_used_at,
    }


def list_view(page: OrganizationPage, catalog: Catalog) -> OrganizationList:
    """A page of the list."""
    nothing = plan_of_nothing(catalog)
    return {
        "organizations": [{**organization_view(each), "plan": each.plan_id or nothing} for each in page.organizations],
        "cursor": cursor_of(page.last) if page.last else None,
    }

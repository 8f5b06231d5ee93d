"""List the organizations, all or those of one plan."""

from billing.app import wiring
from billing.organizations.api import routes
from billing.organizations.api.answers import OrganizationList
from billing.organizations.api.organization_view import list_view
from billing.organizations.api.queries import id_behind, page_size, plan_named
from billing.organizations.services.list_organizations import list_organizations
from billing.runtime.http import Request, serve


@serve(routes.LIST)
def handler(request: Request) -> OrganizationList:
    plan, after, limit = plan_named(request.query), id_behind(request.query), page_size(request.query)
    catalog = wiring.catalog()
    return list_view(list_organizations(plan, after, limit, wiring.directory(), catalog), catalog)

"""Create or change an organization; what the body omits stays as it is."""

from billing.app import wiring
from billing.organizations.api import routes
from billing.organizations.api.answers import SavedOrganization
from billing.organizations.api.organization_view import organization_view
from billing.organizations.api.requests import OrganizationRequest
from billing.organizations.services.save_organization import save_organization
from billing.runtime.http import Request, serve


@serve(routes.SAVE)
def handler(request: Request, body: OrganizationRequest) -> SavedOrganization:
    wanted = body.settings(request.organization_id)
    return {"organization": organization_view(save_organization(wanted, wiring.ports()))}

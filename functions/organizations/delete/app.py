"""Stop the organization's billing, and forget it once Chargebee has confirmed."""

from billing.app import wiring
from billing.organizations.api import routes
from billing.organizations.api.answers import DeletedOrganization
from billing.organizations.services.retire_organization import remove_organization
from billing.runtime.http import Request, serve


@serve(routes.DELETE)
def handler(request: Request) -> DeletedOrganization:
    remove_organization(request.organization_id, wiring.ports())
    return {"id": request.organization_id, "deleted": True}

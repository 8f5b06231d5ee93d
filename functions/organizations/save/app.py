"""PUT /api/organizations/{id}"""

from typing import Any

from billing.app import wiring
from billing.organizations.api.organization_answers import organization_view
from billing.organizations.api.requests import OrganizationRequest
from billing.organizations.services.save_organization import save_organization
from billing.runtime.http import MachineRequest, machine_route


@machine_route("billing:admin")
def handler(request: MachineRequest) -> dict[str, Any]:
    """Create or change an organization; what the body omits stays as it is."""
    wish = request.body(OrganizationRequest).wish(request.organization_id)
    return {"organization": organization_view(save_organization(wish, wiring.ports()))}

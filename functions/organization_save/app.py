"""PUT /api/organizations/{id}"""

from typing import Any

from billing.entrypoints import wiring
from billing.entrypoints.http import MachineRequest, machine_route
from billing.entrypoints.organization_requests import OrganizationRequest
from billing.entrypoints.organizations import organization_view
from billing.services.save_organization import save_organization


@machine_route("billing:admin")
def handler(request: MachineRequest) -> dict[str, Any]:
    """Create or change an organization; what the body omits stays as it is."""
    wish = request.body(OrganizationRequest).wish(request.organization_id)
    return {"organization": organization_view(save_organization(wish, wiring.ports()))}

"""DELETE /api/organizations/{id}"""

from typing import Any

from billing.app import wiring
from billing.organizations.services.retire_organization import remove_organization
from billing.runtime.http import MachineRequest, machine_route


@machine_route("billing:admin")
def handler(request: MachineRequest) -> dict[str, Any]:
    """Stop the organization's billing, and forget it once Chargebee has confirmed."""
    remove_organization(request.organization_id, wiring.ports())
    return {"id": request.organization_id, "deleted": True}

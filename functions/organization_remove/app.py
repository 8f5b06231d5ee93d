"""DELETE /api/organizations/{id}"""

from typing import Any

from billing.entrypoints import wiring
from billing.entrypoints.http import MachineRequest, machine_route
from billing.services.retire_organization import remove_organization


@machine_route("billing:admin")
def handler(request: MachineRequest) -> dict[str, Any]:
    """Stop the organization's billing, and forget it once Chargebee has confirmed."""
    remove_organization(request.organization_id, wiring.ports())
    return {"id": request.organization_id, "deleted": True}

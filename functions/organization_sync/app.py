"""POST /api/organizations/{id}/sync"""

from typing import Any

from billing.entrypoints.http import MachineRequest, machine_route
from billing.entrypoints.reconciling import sync


@machine_route("billing:admin")
def handler(request: MachineRequest) -> dict[str, Any]:
    """Read one organization from Chargebee now."""
    return sync(request.organization_id)

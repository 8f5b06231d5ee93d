"""POST /api/organizations/{id}/sync"""

from typing import Any

from billing.app.reconciling import sync
from billing.runtime.http import MachineRequest, machine_route


@machine_route("billing:admin")
def handler(request: MachineRequest) -> dict[str, Any]:
    """Read one organization from Chargebee now."""
    return sync(request.organization_id)

"""POST /api/organizations/{id}/holds/{holdId}/release"""

from typing import Any

from billing.app import wiring
from billing.metering.api.views import hold_view
from billing.metering.services.hold_usage import release_usage
from billing.runtime.http import MachineRequest, machine_route


@machine_route("usage:write")
def handler(request: MachineRequest) -> dict[str, Any]:
    """Give a reservation back."""
    return hold_view(release_usage(request.organization_id, request.named("holdId"), wiring.metering()))

"""POST /api/organizations/{id}/holds/{holdId}/release"""

from typing import Any

from billing.entrypoints import wiring
from billing.entrypoints.http import MachineRequest, machine_route
from billing.entrypoints.usage_views import hold_view
from billing.services.hold_usage import release_usage


@machine_route("usage:write")
def handler(request: MachineRequest) -> dict[str, Any]:
    """Give a reservation back."""
    return hold_view(release_usage(request.organization_id, request.named("holdId"), wiring.metering()))

"""POST /api/organizations/{id}/holds/{holdId}/settle"""

from typing import Any

from billing.entrypoints import wiring
from billing.entrypoints.http import MachineRequest, machine_route
from billing.entrypoints.usage_requests import SettleRequest
from billing.entrypoints.usage_views import hold_view
from billing.services.hold_usage import settle_usage


@machine_route("usage:write")
def handler(request: MachineRequest) -> dict[str, Any]:
    """Charge what the work really took."""
    actual = request.body(SettleRequest).quantity
    return hold_view(settle_usage(request.organization_id, request.named("holdId"), actual, wiring.metering()))

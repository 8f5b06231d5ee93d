"""POST /api/organizations/{id}/holds/{holdId}/settle"""

from typing import Any

from billing.app import wiring
from billing.metering.api.requests import SettleRequest
from billing.metering.api.views import hold_view
from billing.metering.services.hold_usage import settle_usage
from billing.runtime.http import MachineRequest, machine_route


@machine_route("usage:write")
def handler(request: MachineRequest) -> dict[str, Any]:
    """Charge what the work really took."""
    actual = request.body(SettleRequest).quantity
    return hold_view(settle_usage(request.organization_id, request.named("holdId"), actual, wiring.metering()))

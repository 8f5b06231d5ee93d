"""POST /api/organizations/{id}/usage/estimate"""

from typing import Any

from billing.entrypoints import wiring
from billing.entrypoints.entitlements import estimate
from billing.entrypoints.http import MachineRequest, machine_route
from billing.entrypoints.usage_requests import EstimateRequest


@machine_route("usage:write")
def handler(request: MachineRequest) -> dict[str, Any]:
    """What a use would take from the allowance and the wallet, without recording it."""
    body = request.body(EstimateRequest)
    return estimate(request.organization_id, body.feature, body.quantity, body.dimensions, wiring.metering())

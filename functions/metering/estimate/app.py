"""POST /api/organizations/{id}/usage/estimate"""

from typing import Any

from billing.app import wiring
from billing.metering.api.entitlements import estimate
from billing.metering.api.requests import EstimateRequest
from billing.runtime.http import MachineRequest, machine_route


@machine_route("usage:write")
def handler(request: MachineRequest) -> dict[str, Any]:
    """What a use would take from the allowance and the wallet, without recording it."""
    body = request.body(EstimateRequest)
    return estimate(request.organization_id, body.feature, body.quantity, body.dimensions, wiring.metering())

"""POST /api/organizations/{id}/holds"""

from typing import Any

from billing.app import wiring
from billing.metering.api.requests import HoldRequest
from billing.metering.api.views import hold_view
from billing.metering.services.expire_hold import reserve_until_due
from billing.runtime.http import MachineRequest, machine_route


@machine_route("usage:write")
def handler(request: MachineRequest) -> dict[str, Any]:
    """Reserve units before expensive work."""
    wish = request.body(HoldRequest).wish()
    return hold_view(reserve_until_due(request.organization_id, wish, wiring.metering(), wiring.holds_queue()))

"""POST /api/organizations/{id}/holds"""

from typing import Any

from billing.entrypoints import wiring
from billing.entrypoints.http import MachineRequest, machine_route
from billing.entrypoints.usage_requests import HoldRequest
from billing.entrypoints.usage_views import hold_view
from billing.services.expire_hold import reserve_until_due


@machine_route("usage:write")
def handler(request: MachineRequest) -> dict[str, Any]:
    """Reserve units before expensive work."""
    wish = request.body(HoldRequest).wish()
    return hold_view(reserve_until_due(request.organization_id, wish, wiring.metering(), wiring.holds_queue()))

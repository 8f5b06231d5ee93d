"""POST /api/organizations/{id}/usage/{eventId}/costs"""

from typing import Any

from billing.app import wiring
from billing.metering.api.requests import CostsRequest
from billing.metering.api.views import usage_view
from billing.metering.services.usage_costs import attach_costs
from billing.runtime.http import MachineRequest, machine_route


@machine_route("usage:write")
def handler(request: MachineRequest) -> dict[str, Any]:
    """Attach costs that were not known when the use was recorded."""
    costs = request.body(CostsRequest).with_ids()
    return usage_view(attach_costs(request.organization_id, request.named("eventId"), costs, wiring.usage_store()))

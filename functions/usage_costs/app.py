"""POST /api/organizations/{id}/usage/{eventId}/costs"""

from typing import Any

from billing.entrypoints import wiring
from billing.entrypoints.http import MachineRequest, machine_route
from billing.entrypoints.usage_requests import CostsRequest
from billing.entrypoints.usage_views import usage_view
from billing.services.usage_costs import attach_costs


@machine_route("usage:write")
def handler(request: MachineRequest) -> dict[str, Any]:
    """Attach costs that were not known when the use was recorded."""
    costs = request.body(CostsRequest).with_ids()
    return usage_view(attach_costs(request.organization_id, request.named("eventId"), costs, wiring.usage_store()))

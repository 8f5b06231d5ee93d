"""GET /api/organizations/{id}/usage/{eventId}"""

from typing import Any

from billing.app import wiring
from billing.metering.api.views import usage_view
from billing.metering.services.usage_costs import find_usage
from billing.runtime.http import MachineRequest, machine_route


@machine_route("usage:write")
def handler(request: MachineRequest) -> dict[str, Any]:
    """What a recorded use was billed, and what it cost."""
    return usage_view(find_usage(request.organization_id, request.named("eventId"), wiring.usage_store()))

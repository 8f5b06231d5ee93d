"""GET /api/organizations/{id}/usage/{eventId}"""

from typing import Any

from billing.entrypoints import wiring
from billing.entrypoints.http import MachineRequest, machine_route
from billing.entrypoints.usage_views import usage_view
from billing.services.usage_costs import find_usage


@machine_route("usage:write")
def handler(request: MachineRequest) -> dict[str, Any]:
    """What a recorded use was billed, and what it cost."""
    return usage_view(find_usage(request.organization_id, request.named("eventId"), wiring.usage_store()))

"""POST /api/organizations/{id}/usage"""

from typing import Any

from billing.entrypoints import wiring
from billing.entrypoints.http import MachineRequest, machine_route
from billing.entrypoints.usage_requests import UsageRequest
from billing.entrypoints.usage_views import recorded_view
from billing.services.record_usage import record_usage


@machine_route("usage:write")
def handler(request: MachineRequest) -> dict[str, Any]:
    """Record a batch of uses, each id once for ever."""
    events = [each.event() for each in request.body(UsageRequest).events]
    results = record_usage(request.organization_id, events, wiring.metering())
    return {"events": [recorded_view(each) for each in results]}

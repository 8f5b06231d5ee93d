"""POST /api/organizations/{id}/usage"""

from typing import Any

from billing.app import wiring
from billing.metering.api.requests import UsageRequest
from billing.metering.api.views import recorded_view
from billing.metering.services.record_usage import record_usage
from billing.runtime.http import MachineRequest, machine_route


@machine_route("usage:write")
def handler(request: MachineRequest) -> dict[str, Any]:
    """Record a batch of uses, each id once for ever."""
    events = [each.event() for each in request.body(UsageRequest).events]
    results = record_usage(request.organization_id, events, wiring.metering())
    return {"events": [recorded_view(each) for each in results]}

"""GET /api/organizations/{id}/margin"""

from typing import Any

from billing.app import wiring
from billing.metering.api.entitlements import margin_report
from billing.runtime.http import MachineRequest, machine_route


@machine_route("billing:admin")
def handler(request: MachineRequest) -> dict[str, Any]:
    """Revenue, cost and margin of an organization's uses, by feature and currency."""
    return margin_report(request.organization_id, request.query, wiring.usage_store())

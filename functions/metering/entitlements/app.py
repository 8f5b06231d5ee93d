"""GET /api/entitlements"""

from typing import Any

from billing.app import wiring
from billing.metering.api.entitlements import all_entitlements
from billing.runtime.http import Request, route


@route
def handler(request: Request) -> dict[str, Any]:
    """What the organization is entitled to, with what is left of it."""
    return all_entitlements(request.organization_id, wiring.metering())

"""GET /api/entitlements/{feature}"""

from typing import Any

from billing.app import wiring
from billing.metering.api.entitlements import one_entitlement
from billing.runtime.http import Request, route


@route
def handler(request: Request) -> dict[str, Any]:
    """May the organization use `required` more of it?"""
    return one_entitlement(request.organization_id, request.path["feature"], request.query, wiring.metering())

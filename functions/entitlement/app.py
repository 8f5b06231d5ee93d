"""GET /api/entitlements/{feature}"""

from typing import Any

from billing.entrypoints import wiring
from billing.entrypoints.entitlements import one_entitlement
from billing.entrypoints.http import Request, route


@route
def handler(request: Request) -> dict[str, Any]:
    """May the organization use `required` more of it?"""
    return one_entitlement(request.organization_id, request.path["feature"], request.query, wiring.metering())

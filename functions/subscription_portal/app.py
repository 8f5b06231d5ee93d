"""POST /api/subscription/portal"""

from typing import Any

from billing.domain.return_url import relative_path
from billing.entrypoints import wiring
from billing.entrypoints.http import Request, admin_route
from billing.entrypoints.requests import PortalRequest
from billing.services.open_portal import open_portal


@admin_route(PortalRequest)
def handler(request: Request, body: PortalRequest) -> dict[str, Any]:
    """Open Chargebee's portal for the organization."""
    return_url = wiring.site(request.host).app_url + relative_path(body.return_url)
    return {"url": open_portal(request.organization_id, return_url, wiring.ports())}

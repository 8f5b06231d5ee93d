"""POST /api/subscription/portal"""

from typing import Any

from billing.app import wiring
from billing.links.return_url import relative_path
from billing.runtime.http import Request, admin_route
from billing.subscriptions.api.requests import PortalRequest
from billing.subscriptions.services.open_portal import open_portal


@admin_route(PortalRequest)
def handler(request: Request, body: PortalRequest) -> dict[str, Any]:
    """Open Chargebee's portal for the organization."""
    return_url = wiring.site(request.host).app_url + relative_path(body.return_url)
    return {"url": open_portal(request.organization_id, return_url, wiring.ports())}

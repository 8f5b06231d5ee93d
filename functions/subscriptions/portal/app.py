"""Open Chargebee's portal for the organization."""

from billing.app import wiring
from billing.app.budgets import PAGES, spend
from billing.links.site import relative_path
from billing.runtime.http import Request, serve
from billing.subscriptions.api import routes
from billing.subscriptions.api.answers import Portal
from billing.subscriptions.api.requests import OpenPortal
from billing.subscriptions.services.open_portal import open_portal


@serve(routes.PORTAL)
def handler(request: Request, body: OpenPortal) -> Portal:
    return_url = wiring.site(request.host).page_url(relative_path(body.return_url))
    spend(request.organization_id, PAGES)
    return {"url": open_portal(request.organization_id, return_url, wiring.ports(request.caller))}

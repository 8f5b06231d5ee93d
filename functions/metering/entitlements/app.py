"""List what the organization is entitled to, with what is left of it."""

from billing.app import wiring
from billing.app.verification import verify_soon
from billing.metering.api import routes
from billing.metering.api.answers import EntitlementsView
from billing.metering.api.entitlement_view import entitlements_view
from billing.metering.services.read_entitlements import read_entitlements
from billing.runtime.http import Request, serve


@serve(routes.ENTITLEMENTS)
def handler(request: Request) -> EntitlementsView:
    found = read_entitlements(request.organization_id, wiring.metering())
    if found.unverified:
        verify_soon(request.organization_id)
    return entitlements_view(found)

"""Tell whether the organization may use so much more of a feature."""

from billing.app import wiring
from billing.app.verification import verify_soon
from billing.metering.api import routes
from billing.metering.api.answers import EntitlementView
from billing.metering.api.entitlement_view import entitlement_view
from billing.metering.api.queries import required_units
from billing.metering.services.read_entitlements import read_entitlement
from billing.runtime.http import Request, serve


@serve(routes.ENTITLEMENT)
def handler(request: Request) -> EntitlementView:
    feature, required = request.path["feature"], required_units(request.query)
    found = read_entitlement(request.organization_id, feature, required, wiring.metering())
    if found.unverified:
        verify_soon(request.organization_id)
    return entitlement_view(found)

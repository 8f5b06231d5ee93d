"""Tell what a use would take from the allowance and the wallet, without recording it."""

from billing.app import wiring
from billing.metering.api import routes
from billing.metering.api.answers import EstimateView
from billing.metering.api.entitlement_view import estimate_view
from billing.metering.api.requests import EstimateRequest
from billing.metering.services.read_entitlements import estimate_use
from billing.runtime.http import Request, serve


@serve(routes.ESTIMATE)
def handler(request: Request, body: EstimateRequest) -> EstimateView:
    asked = body.feature, body.quantity, body.dimensions
    return estimate_view(estimate_use(request.organization_id, *asked, wiring.metering()))

"""Settle a reservation with what the work really took."""

from billing.app import wiring
from billing.metering.api import routes
from billing.metering.api.answers import HoldView
from billing.metering.api.requests import SettleRequest
from billing.metering.api.views import hold_view
from billing.metering.services.hold_usage import settle_usage
from billing.runtime.http import Request, serve


@serve(routes.SETTLE)
def handler(request: Request, body: SettleRequest) -> HoldView:
    return hold_view(settle_usage(request.organization_id, request.named("holdId"), body.quantity, wiring.metering()))

"""Reserve units before expensive work."""

from billing.app import wiring
from billing.metering.api import routes
from billing.metering.api.answers import HoldView
from billing.metering.api.requests import HoldRequest
from billing.metering.api.views import hold_view
from billing.metering.services.expire_hold import reserve_until_due
from billing.runtime.http import Request, serve


@serve(routes.HOLD)
def handler(request: Request, body: HoldRequest) -> HoldView:
    metering, timers = wiring.metering(wiring.told_usage_store()), wiring.holds_queue()
    return hold_view(reserve_until_due(request.organization_id, body.reservation(), metering, timers))

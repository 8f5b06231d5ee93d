"""Attach costs that were not known when the use was recorded."""

from billing.app import wiring
from billing.metering.api import routes
from billing.metering.api.answers import UsageView
from billing.metering.api.requests import CostsRequest
from billing.metering.api.views import usage_view
from billing.metering.services.usage_costs import attach_costs
from billing.runtime.http import Request, serve


@serve(routes.ADD_COSTS)
def handler(request: Request, body: CostsRequest) -> UsageView:
    event_id, costs = request.named("eventId"), body.with_ids()
    return usage_view(attach_costs(request.organization_id, event_id, costs, wiring.usage_store()))

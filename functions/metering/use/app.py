"""Show what a recorded use was billed, and what it cost."""

from billing.app import wiring
from billing.metering.api import routes
from billing.metering.api.answers import UsageView
from billing.metering.api.views import usage_view
from billing.metering.services.usage_costs import find_usage
from billing.runtime.http import Request, serve


@serve(routes.USE)
def handler(request: Request) -> UsageView:
    return usage_view(find_usage(request.organization_id, request.named("eventId"), wiring.usage_store()))

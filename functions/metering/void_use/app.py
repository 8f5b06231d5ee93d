"""Void a use: it counts no longer, and its wallet gets its money back."""

from billing.app import wiring
from billing.metering.api import routes
from billing.metering.api.answers import UsageView
from billing.metering.api.requests import VoidRequest
from billing.metering.api.views import usage_view
from billing.metering.services.correct_use import correct_use
from billing.runtime.http import Request, serve


@serve(routes.VOID)
def handler(request: Request, body: VoidRequest) -> UsageView:
    wanted = body.correction(request.named("eventId"))
    return usage_view(correct_use(request.organization_id, wanted, wiring.metering()))

"""Correct the quantity of a use, once for every key."""

from billing.app import wiring
from billing.metering.api import routes
from billing.metering.api.answers import UsageView
from billing.metering.api.requests import CorrectRequest
from billing.metering.api.views import usage_view
from billing.metering.services.correct_use import correct_use
from billing.runtime.http import Request, serve


@serve(routes.CORRECT)
def handler(request: Request, body: CorrectRequest) -> UsageView:
    wanted = body.correction(request.named("eventId"))
    return usage_view(correct_use(request.organization_id, wanted, wiring.metering()))

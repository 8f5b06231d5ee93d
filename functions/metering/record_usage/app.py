"""Record a batch of uses, each id once for ever."""

from billing.app import wiring
from billing.metering.api import routes
from billing.metering.api.answers import RecordedList
from billing.metering.api.requests import UsageRequest
from billing.metering.api.views import results_view
from billing.metering.services.record_usage import record_usage
from billing.runtime.http import Request, serve


@serve(routes.RECORD)
def handler(request: Request, body: UsageRequest) -> RecordedList:
    results = record_usage(request.organization_id, body.readable, wiring.metering(wiring.told_usage_store()))
    return results_view(body.events, results)

"""Record a batch of uses, each id once for ever."""

from billing.app import wiring
from billing.metering.api import routes
from billing.metering.api.answers import RecordedList
from billing.metering.api.requests import UsageRequest
from billing.metering.api.views import result_view
from billing.metering.services.record_usage import record_usage
from billing.runtime.http import Request, serve


@serve(routes.RECORD)
def handler(request: Request, body: UsageRequest) -> RecordedList:
    events = [each.event() for each in body.events]
    results = record_usage(request.organization_id, events, wiring.metering())
    return {"events": [result_view(each) for each in results]}

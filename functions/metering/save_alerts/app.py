"""Set at which percentages of its limits the organization's uses are announced."""

from billing.app import wiring
from billing.metering.api import routes
from billing.metering.api.answers import AlertsView
from billing.metering.api.requests import AlertsRequest
from billing.metering.services.save_alerts import save_alerts
from billing.runtime.http import Request, serve


@serve(routes.SAVE_ALERTS)
def handler(request: Request, body: AlertsRequest) -> AlertsView:
    store = wiring.told_usage_store()
    saved = save_alerts(request.organization_id, body.alerts(), wiring.catalog(), store)
    return {"thresholds": {name: list(each) for name, each in saved.items()}}

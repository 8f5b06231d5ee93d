"""Show at which percentages of its limits the organization's uses are announced."""

from billing.app import wiring
from billing.metering.api import routes
from billing.metering.api.answers import AlertsView
from billing.runtime.http import Request, serve


@serve(routes.ALERTS)
def handler(request: Request) -> AlertsView:
    alerts = wiring.usage_store().account(request.organization_id).alerts
    return {"thresholds": {name: list(each) for name, each in alerts.items()}}

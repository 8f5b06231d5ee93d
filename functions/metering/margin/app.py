"""Show the revenue, cost and margin of an organization's uses, by feature and currency."""

from billing.app import wiring
from billing.metering.api import routes
from billing.metering.api.answers import MarginReport
from billing.metering.api.margin_view import margin_view
from billing.metering.api.queries import days_named
from billing.metering.services.read_margin import read_margin
from billing.runtime.http import Request, serve


@serve(routes.MARGIN)
def handler(request: Request) -> MarginReport:
    first, last = days_named(request.query)
    return margin_view(first, last, read_margin(request.organization_id, first, last, wiring.usage_store()))

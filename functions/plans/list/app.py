"""List what the organization may buy, in display order, and the default plan."""

from billing.app import wiring
from billing.runtime.http import Request, serve
from billing.subscriptions.api import routes
from billing.subscriptions.api.answers import PlanList
from billing.subscriptions.api.plan_view import plans_view


@serve(routes.PLANS)
def handler(request: Request) -> PlanList:
    return plans_view(wiring.catalog().offered_to(request.organization_id))

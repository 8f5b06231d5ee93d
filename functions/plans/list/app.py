"""List the plans in display order, the default plan included."""

from billing.app import wiring
from billing.runtime.http import Request, serve
from billing.subscriptions.api import routes
from billing.subscriptions.api.answers import PlanList
from billing.subscriptions.api.plan_view import plan_view


@serve(routes.PLANS)
def handler(request: Request) -> PlanList:
    return {"plans": [plan_view(plan) for plan in wiring.catalog().plans.values()]}

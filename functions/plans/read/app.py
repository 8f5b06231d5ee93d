"""Show a plan as it is written, and how many organizations have it."""

from billing.app import plan_wiring
from billing.runtime.http import Request, serve
from billing.subscriptions.api import routes
from billing.subscriptions.api.answers import DescribedPlanView
from billing.subscriptions.api.plan_view import described_view
from billing.subscriptions.services.revise_plan import describe_plan


@serve(routes.READ_PLAN)
def handler(request: Request) -> DescribedPlanView:
    plan = request.named("plan")
    return described_view(plan, describe_plan(plan, plan_wiring.catalog_document(), plan_wiring.plan_rows()))

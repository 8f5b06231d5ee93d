"""Change a plan, or say what that would change and for whom."""

from billing.app import plan_wiring, wiring
from billing.runtime.http import Request, serve
from billing.subscriptions.api import routes
from billing.subscriptions.api.answers import RevisionView
from billing.subscriptions.api.plan_view import is_dry_run, revision_view
from billing.subscriptions.api.requests import PlanEntry
from billing.subscriptions.services.revise_plan import proposed, put_plan


@serve(routes.SAVE_PLAN)
def handler(request: Request, body: PlanEntry) -> RevisionView:
    plan, revise = request.named("plan"), proposed if is_dry_run(request.query) else put_plan
    shipped, rows = wiring.shipped_catalog(), plan_wiring.plan_rows()
    revision = revise(plan, body.entry, shipped, rows, plan_wiring.seen(body.version))
    return revision_view(plan, revision, request.query)

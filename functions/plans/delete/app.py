"""Put the catalog file's plan in force again, or say what that would change and for whom."""

from functools import partial

from billing.app import plan_wiring, wiring
from billing.runtime.http import Request, serve
from billing.subscriptions.api import routes
from billing.subscriptions.api.answers import RevisionView
from billing.subscriptions.api.plan_view import is_dry_run, revision_view
from billing.subscriptions.services.revise_plan import proposed, remove_plan


@serve(routes.DELETE_PLAN)
def handler(request: Request) -> RevisionView:
    plan, revise = request.named("plan"), partial(proposed, entry=None) if is_dry_run(request.query) else remove_plan
    seen = plan_wiring.seen(request.query.get("version"))
    revision = revise(plan, shipped=wiring.shipped_catalog(), rows=plan_wiring.plan_rows(), seen=seen)
    return revision_view(plan, revision, request.query)

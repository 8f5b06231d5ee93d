"""Take back the cancellation, or the change, that is scheduled."""

from billing.app import wiring
from billing.app.budgets import CHANGES, spend
from billing.runtime.http import Request, serve
from billing.subscriptions.api import routes
from billing.subscriptions.api.answers import Restoration
from billing.subscriptions.api.requests import RestoreSubscription
from billing.subscriptions.services.end_subscription import restore, withdraw_change


@serve(routes.RESTORE)
def handler(request: Request, body: RestoreSubscription) -> Restoration:
    take_back = {"cancellation": restore, "change": withdraw_change}[body.scheduled]
    spend(request.organization_id, CHANGES)
    after = take_back(request.organization_id, body.subscription_id, wiring.ports())
    return {"id": after.checkout_id, "status": str(after.status)}

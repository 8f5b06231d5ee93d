"""Cancel the subscription at the end of its term, or now."""

from billing.app import wiring
from billing.app.budgets import CHANGES, spend
from billing.runtime.http import Request, serve
from billing.subscriptions.api import routes
from billing.subscriptions.api.answers import Cancellation
from billing.subscriptions.api.requests import CancelSubscription
from billing.subscriptions.services.end_subscription import cancel_at_term_end, cancel_now


@serve(routes.CANCEL)
def handler(request: Request, body: CancelSubscription) -> Cancellation:
    cancel = cancel_now if body.at == "now" else cancel_at_term_end
    spend(request.organization_id, CHANGES)
    after = cancel(request.organization_id, body.subscription_id, body.reason_code, wiring.ports())
    return {"id": after.checkout_id, "status": str(after.status), "cancelAt": after.cancelled_at}

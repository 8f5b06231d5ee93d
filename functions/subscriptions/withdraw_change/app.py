"""Take a scheduled change back."""

from billing.app import wiring
from billing.runtime.http import Request, serve
from billing.subscriptions.api import change_routes
from billing.subscriptions.api.answers import WithdrawnChange
from billing.subscriptions.services.withdraw_change import withdraw_change


@serve(change_routes.WITHDRAW_CHANGE)
def handler(request: Request) -> WithdrawnChange:
    after = withdraw_change(request.organization_id, request.query.get("subscriptionId"), wiring.ports())
    return {"id": after.checkout_id, "withdrawn": True}

"""Take the open checkout back."""

from billing.app import wiring
from billing.runtime.http import Request, serve
from billing.subscriptions.api import routes
from billing.subscriptions.api.answers import WithdrawnCheckout
from billing.subscriptions.services.withdraw_checkout import withdraw_checkout


@serve(routes.WITHDRAW)
def handler(request: Request) -> WithdrawnCheckout:
    return {"id": withdraw_checkout(request.organization_id, wiring.store()), "withdrawn": True}

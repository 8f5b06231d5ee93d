"""DELETE /api/subscription/checkout"""

from billing.app import wiring
from billing.runtime.http import Request, serve
from billing.subscriptions.api import routes
from billing.subscriptions.api.answers import WithdrawnCheckout
from billing.subscriptions.services.withdraw_checkout import withdraw_checkout


@serve(routes.WITHDRAW)
def handler(request: Request) -> WithdrawnCheckout:
    """Take back the checkout that is open, if one is."""
    return {"id": withdraw_checkout(request.organization_id, wiring.store()), "withdrawn": True}

"""List the organization's subscriptions, as the cache has them."""

from billing.app import wiring
from billing.app.verification import verify_soon
from billing.core.clock import utc_now
from billing.runtime.http import Request, serve
from billing.subscriptions.api import routes
from billing.subscriptions.api.answers import SubscriptionList
from billing.subscriptions.api.list_view import list_view
from billing.subscriptions.services.list_subscriptions import list_all, list_live


@serve(routes.LIST)
def handler(request: Request) -> SubscriptionList:
    listing = list_all if request.query.get("history") == "true" else list_live
    cursor, now = request.query.get("cursor"), utc_now()
    page = listing(request.organization_id, cursor, wiring.store(), wiring.policy(), now)
    if page.unverified:
        verify_soon(request.organization_id)
    return list_view(page, wiring.catalog())

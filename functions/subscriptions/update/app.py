"""POST /api/subscription/update"""

from typing import Any

from billing.app import wiring
from billing.links.return_url import relative_path
from billing.runtime.http import Request, admin_route
from billing.subscriptions.api.requests import ChangeSubscriptionRequest
from billing.subscriptions.services.change_subscription import ChangeWish, change_subscription


@admin_route(ChangeSubscriptionRequest)
def handler(request: Request, body: ChangeSubscriptionRequest) -> dict[str, Any]:
    """Open the hosted page on which the plan or the seats change."""
    paths = relative_path(body.success_url), relative_path(body.cancel_url)
    wish = ChangeWish(request.organization_id, body.subscription_id, body.item_price_id, body.seats, *paths)
    opened = change_subscription(wish, wiring.catalog()(), wiring.site(request.host), wiring.ports())
    return {"mode": "hosted", "url": opened.page.url, "id": opened.page.id, "subscriptionId": opened.subscription_id}

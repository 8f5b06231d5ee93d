"""POST /api/subscription/create"""

from typing import Any

from billing.app import wiring
from billing.links.return_url import relative_path
from billing.plans.plan import select
from billing.runtime.http import Request, admin_route
from billing.subscriptions.api.requests import CheckoutRequest
from billing.subscriptions.services.create_checkout import Wish, create_checkout


@admin_route(CheckoutRequest)
def handler(request: Request, body: CheckoutRequest) -> dict[str, Any]:
    """Open the hosted page on which the organization subscribes."""
    success_path, cancel_path = relative_path(body.success_url), relative_path(body.cancel_url)
    catalog = wiring.catalog()()
    selection = select(catalog, body.plan_id, body.seats, body.addon_quantities)
    plan = catalog.plan(body.plan_id)
    user_id = request.caller.user_id
    wish = Wish(request.organization_id, user_id, plan, selection, success_path, cancel_path)
    opened = create_checkout(wish, wiring.site(request.host), wiring.ports())
    return {"mode": "hosted", "url": opened.page.url, "id": opened.page.id, "subscriptionId": opened.subscription_id}

"""Open the hosted page on which the plan, the seats or the add-ons change."""

from billing.app import chargebee_wiring, wiring
from billing.app.budgets import PAGES, spend
from billing.runtime.http import Request, serve
from billing.subscriptions.api import change_routes
from billing.subscriptions.api.answers import SubscriptionPage, hosted_view
from billing.subscriptions.api.requested_change import requested_change
from billing.subscriptions.api.requests import ChangeSubscription
from billing.subscriptions.services.change_subscription import change_subscription


@serve(change_routes.UPDATE)
def handler(request: Request, body: ChangeSubscription) -> SubscriptionPage:
    change = requested_change(request, body)
    spend(request.organization_id, PAGES)
    catalog, site = wiring.catalog().offered_to(request.organization_id), wiring.site(request.host)
    coupons = chargebee_wiring.chargebee_coupons()
    return hosted_view(change_subscription(change, catalog, coupons, site, wiring.ports()))

"""Open the hosted page on which the organization subscribes."""

from billing.app import chargebee_wiring, wiring
from billing.app.budgets import PAGES, spend
from billing.core.clock import utc_now
from billing.links.site import relative_path
from billing.plans.select import select
from billing.runtime.http import Request, serve
from billing.subscriptions.api import change_routes
from billing.subscriptions.api.answers import SubscriptionPage, hosted_view
from billing.subscriptions.api.requests import CreateSubscription
from billing.subscriptions.services.check_coupons import check_selection
from billing.subscriptions.services.create_checkout import CheckoutOrder, create_checkout


@serve(change_routes.CREATE)
def handler(request: Request, body: CreateSubscription) -> SubscriptionPage:
    success_path, cancel_path = relative_path(body.success_url), relative_path(body.cancel_url)
    catalog = wiring.catalog().offered_to(request.organization_id)
    selection = select(catalog, body.plan_id, body.seats, body.addon_quantities, body.coupon_ids)
    caller, paths = request.caller, (success_path, cancel_path)
    order = CheckoutOrder(request.organization_id, caller.user_id, catalog, selection, *paths, locale=body.locale)
    spend(request.organization_id, PAGES)
    if selection.coupons:
        check_selection(selection, catalog, chargebee_wiring.chargebee_coupons(), utc_now)
    return hosted_view(create_checkout(order, wiring.site(request.host), wiring.ports(caller)))

"""Open the hosted page on which the organization subscribes."""

from billing.app import wiring
from billing.app.budgets import PAGES, spend
from billing.links.site import relative_path
from billing.plans.select import select
from billing.runtime.http import Request, serve
from billing.subscriptions.api import routes
from billing.subscriptions.api.answers import SubscriptionPage, hosted_view
from billing.subscriptions.api.requests import CreateSubscription
from billing.subscriptions.services.create_checkout import CheckoutOrder, create_checkout


@serve(routes.CREATE)
def handler(request: Request, body: CreateSubscription) -> SubscriptionPage:
    success_path, cancel_path = relative_path(body.success_url), relative_path(body.cancel_url)
    catalog = wiring.catalog().offered_to(request.organization_id)
    selection = select(catalog, body.plan_id, body.seats, body.addon_quantities)
    plan = catalog.plan(body.plan_id)
    caller, paths = request.caller, (success_path, cancel_path)
    order = CheckoutOrder(request.organization_id, caller.user_id, plan, selection, *paths, locale=body.locale)
    spend(request.organization_id, PAGES)
    return hosted_view(create_checkout(order, wiring.site(request.host), wiring.ports(caller)))

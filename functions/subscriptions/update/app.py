"""Open the hosted page on which the plan, the seats or the add-ons change."""

from billing.app import wiring
from billing.app.budgets import PAGES, spend
from billing.links.site import relative_path
from billing.runtime.http import Request, serve
from billing.subscriptions.api import routes
from billing.subscriptions.api.answers import SubscriptionPage, hosted_view
from billing.subscriptions.api.requests import ChangeSubscription
from billing.subscriptions.domain.change import Wanted
from billing.subscriptions.services.change_subscription import SubscriptionChange, change_subscription


@serve(routes.UPDATE)
def handler(request: Request, body: ChangeSubscription) -> SubscriptionPage:
    paths = relative_path(body.success_url), relative_path(body.cancel_url)
    change = SubscriptionChange(
        request.organization_id,
        body.subscription_id,
        Wanted(body.item_price_id, body.seats, body.addon_quantities),
        *paths,
        body.drop_scheduled_changes,
    )
    spend(request.organization_id, PAGES)
    catalog, site = wiring.catalog().offered_to(request.organization_id), wiring.site(request.host)
    return hosted_view(change_subscription(change, catalog, site, wiring.ports()))

"""Say what a purchase or a change would cost, now and from then on."""

from billing.app import chargebee_wiring, wiring
from billing.app.budgets import PREVIEWS, spend
from billing.runtime.http import Request, serve
from billing.subscriptions.api import change_routes
from billing.subscriptions.api.estimate_answers import ChangePreview
from billing.subscriptions.api.estimate_view import preview_view
from billing.subscriptions.api.requested_change import requested_change
from billing.subscriptions.api.requests import ChangeSubscription
from billing.subscriptions.services.preview_change import preview_change


@serve(change_routes.PREVIEW)
def handler(request: Request, body: ChangeSubscription) -> ChangePreview:
    change = requested_change(request, body)
    spend(request.organization_id, PREVIEWS)
    catalog = wiring.catalog().offered_to(request.organization_id)
    coupons, estimates = chargebee_wiring.chargebee_coupons(), chargebee_wiring.chargebee_estimates()
    return preview_view(preview_change(change, catalog, coupons, estimates, wiring.ports()))

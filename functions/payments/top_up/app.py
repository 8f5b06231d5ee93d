"""Open the hosted page on which the wallet is topped up."""

from billing.app import wiring
from billing.app.budgets import PAGES, spend
from billing.core.keys import mint_key
from billing.links.site import relative_path
from billing.payments.api import routes
from billing.payments.api.answers import PurchaseView
from billing.payments.api.requests import TopUpRequest
from billing.payments.api.views import purchase_view
from billing.payments.domain.charge import TOP_UP, Order, Purpose
from billing.payments.services.open_purchase import PurchaseOrder, open_purchase
from billing.runtime.http import Request, serve


@serve(routes.TOP_UP)
def handler(request: Request, body: TopUpRequest) -> PurchaseView:
    paths = relative_path(body.success_url), relative_path(body.cancel_url)
    order = Order(body.currency, body.amount, TOP_UP)
    lifetime = wiring.shipped_catalog().top_up_lifetime
    purchase = PurchaseOrder(
        request.organization_id, body.key or mint_key(), Purpose.TOP_UP, order, *paths, body.locale, lifetime
    )
    spend(request.organization_id, PAGES)
    return purchase_view(open_purchase(purchase, wiring.site(request.host), wiring.payment_ports(request.caller)))

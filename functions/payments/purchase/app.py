"""Open the hosted page on which something is bought once."""

from billing.app import wiring
from billing.app.budgets import PAGES, spend
from billing.core.keys import mint_key
from billing.links.site import relative_path
from billing.payments.api import routes
from billing.payments.api.answers import PurchaseView
from billing.payments.api.buyers import check_price
from billing.payments.api.requests import PurchaseRequest
from billing.payments.api.views import purchase_view
from billing.payments.domain.charge import Purpose
from billing.payments.services.open_purchase import PurchaseOrder, open_purchase
from billing.runtime.http import Request, serve


@serve(routes.PURCHASE)
def handler(request: Request, body: PurchaseRequest) -> PurchaseView:
    check_price(request.caller, body)
    paths = relative_path(body.success_url), relative_path(body.cancel_url)
    order, ports = body.order(wiring.catalog()), wiring.payment_ports(request.caller)
    purchase = PurchaseOrder(
        request.organization_id, body.key or mint_key(), Purpose.PURCHASE, order, *paths, body.locale
    )
    spend(request.organization_id, PAGES)
    return purchase_view(open_purchase(purchase, wiring.site(request.host), ports))

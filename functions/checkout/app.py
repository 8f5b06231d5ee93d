"""POST /api/checkout"""

from typing import Any

from billing.adapters.identity import mint_key
from billing.domain.charge import Purpose
from billing.domain.return_url import relative_path
from billing.entrypoints import wiring
from billing.entrypoints.buyers import buyer, check_buyer
from billing.entrypoints.http import Request, body_route
from billing.entrypoints.payment_requests import PurchaseRequest
from billing.entrypoints.payment_views import purchase_view
from billing.services.open_purchase import Purchase, open_purchase


@body_route(PurchaseRequest, check_buyer, buyer)
def handler(request: Request, body: PurchaseRequest) -> dict[str, Any]:
    """Open the hosted page on which something is bought once."""
    paths = relative_path(body.success_url), relative_path(body.cancel_url)
    order, ports = body.order(wiring.catalog()()), wiring.payment_ports()
    wish = Purchase(request.organization_id, body.key or mint_key(), Purpose.CHECKOUT, order, *paths)
    return purchase_view(open_purchase(wish, wiring.site(request.host), ports))

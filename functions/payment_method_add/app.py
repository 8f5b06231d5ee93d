"""POST /api/payment-methods"""

from typing import Any

from billing.domain.return_url import relative_path
from billing.entrypoints import wiring
from billing.entrypoints.http import Request, admin_route
from billing.entrypoints.payment_requests import PaymentMethodRequest
from billing.services.payment_methods import add_method


@admin_route(PaymentMethodRequest)
def handler(request: Request, body: PaymentMethodRequest) -> dict[str, Any]:
    """Open the hosted page on which a payment method is added."""
    return_url = wiring.site(request.host).app_url + relative_path(body.return_url)
    page = add_method(request.organization_id, return_url, wiring.chargebee_payments(), wiring.ports())
    return {"mode": "hosted", "url": page.url, "id": page.id}

"""Open the hosted page on which a payment method is added."""

from billing.app import chargebee_wiring, wiring
from billing.app.budgets import PAGES, spend
from billing.links.site import relative_path
from billing.payments.api import routes
from billing.payments.api.answers import PaymentMethodPage
from billing.payments.api.requests import PaymentMethodRequest
from billing.payments.services.payment_methods import add_method
from billing.runtime.http import Request, serve


@serve(routes.ADD_METHOD)
def handler(request: Request, body: PaymentMethodRequest) -> PaymentMethodPage:
    return_url = wiring.site(request.host).page_url(relative_path(body.return_url))
    spend(request.organization_id, PAGES)
    page = add_method(
        request.organization_id, return_url, chargebee_wiring.chargebee_payments(), wiring.ports(request.caller)
    )
    return {"mode": "hosted", "url": page.url, "id": page.id}

"""Make a saved payment method the one that is charged from now on."""

from billing.app import chargebee_wiring, wiring
from billing.app.budgets import CHANGES, spend
from billing.payments.api import routes
from billing.payments.api.answers import DefaultPaymentMethod
from billing.payments.services.payment_methods import set_default
from billing.runtime.http import Request, serve


@serve(routes.DEFAULT_METHOD)
def handler(request: Request) -> DefaultPaymentMethod:
    method_id = request.path["methodId"]
    spend(request.organization_id, CHANGES)
    set_default(request.organization_id, method_id, chargebee_wiring.chargebee_payments(), wiring.ports())
    return {"id": method_id, "default": True}

"""Forget a payment method."""

from billing.app import chargebee_wiring, wiring
from billing.app.budgets import CHANGES, spend
from billing.payments.api import routes
from billing.payments.api.answers import RemovedPaymentMethod
from billing.payments.services.payment_methods import remove_method
from billing.runtime.http import Request, serve


@serve(routes.REMOVE_METHOD)
def handler(request: Request) -> RemovedPaymentMethod:
    method_id = request.path["methodId"]
    spend(request.organization_id, CHANGES)
    remove_method(request.organization_id, method_id, chargebee_wiring.chargebee_payments(), wiring.ports())
    return {"id": method_id, "removed": True}

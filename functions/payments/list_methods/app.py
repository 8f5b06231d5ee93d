"""List what the organization pays with."""

from billing.app import chargebee_wiring, wiring
from billing.app.budgets import PAYMENT_METHODS, spend
from billing.payments.api import routes
from billing.payments.api.answers import PaymentMethodList
from billing.payments.api.views import methods_view
from billing.payments.services.payment_methods import list_methods
from billing.runtime.http import Request, serve


@serve(routes.LIST_METHODS)
def handler(request: Request) -> PaymentMethodList:
    spend(request.organization_id, PAYMENT_METHODS)
    return methods_view(list_methods(request.organization_id, chargebee_wiring.chargebee_payments(), wiring.ports()))

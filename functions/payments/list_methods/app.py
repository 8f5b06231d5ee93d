"""GET /api/payment-methods"""

from typing import Any

from billing.app import wiring
from billing.payments.api.views import methods_view
from billing.payments.services.payment_methods import list_methods
from billing.runtime.http import Request, route


@route
def handler(request: Request) -> dict[str, Any]:
    """What the organization pays with."""
    return methods_view(list_methods(request.organization_id, wiring.chargebee_payments(), wiring.ports()))

"""GET /api/payment-methods"""

from typing import Any

from billing.entrypoints import wiring
from billing.entrypoints.http import Request, route
from billing.entrypoints.payment_views import methods_view
from billing.services.payment_methods import list_methods


@route
def handler(request: Request) -> dict[str, Any]:
    """What the organization pays with."""
    return methods_view(list_methods(request.organization_id, wiring.chargebee_payments(), wiring.ports()))

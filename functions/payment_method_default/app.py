"""PUT /api/payment-methods/{methodId}/default"""

from typing import Any

from billing.entrypoints import wiring
from billing.entrypoints.http import Request, admin_action
from billing.services.payment_methods import set_default


@admin_action
def handler(request: Request) -> dict[str, Any]:
    """Charge this payment method from now on."""
    method_id = request.path["methodId"]
    set_default(request.organization_id, method_id, wiring.chargebee_payments(), wiring.ports())
    return {"id": method_id, "default": True}

"""PUT /api/payment-methods/{methodId}/default"""

from typing import Any

from billing.app import wiring
from billing.payments.services.payment_methods import set_default
from billing.runtime.http import Request, admin_action


@admin_action
def handler(request: Request) -> dict[str, Any]:
    """Charge this payment method from now on."""
    method_id = request.path["methodId"]
    set_default(request.organization_id, method_id, wiring.chargebee_payments(), wiring.ports())
    return {"id": method_id, "default": True}

"""DELETE /api/payment-methods/{methodId}"""

from typing import Any

from billing.app import wiring
from billing.payments.services.payment_methods import remove_method
from billing.runtime.http import Request, admin_action


@admin_action
def handler(request: Request) -> dict[str, Any]:
    """Forget a payment method."""
    method_id = request.path["methodId"]
    remove_method(request.organization_id, method_id, wiring.chargebee_payments(), wiring.ports())
    return {"id": method_id, "removed": True}

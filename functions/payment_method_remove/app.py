"""DELETE /api/payment-methods/{methodId}"""

from typing import Any

from billing.entrypoints import wiring
from billing.entrypoints.http import Request, admin_action
from billing.services.payment_methods import remove_method


@admin_action
def handler(request: Request) -> dict[str, Any]:
    """Forget a payment method."""
    method_id = request.path["methodId"]
    remove_method(request.organization_id, method_id, wiring.chargebee_payments(), wiring.ports())
    return {"id": method_id, "removed": True}

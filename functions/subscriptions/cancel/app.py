"""POST /api/subscription/cancel"""

from typing import Any

from billing.app import wiring
from billing.runtime.http import Request, admin_route
from billing.subscriptions.api.requests import CancelRequest
from billing.subscriptions.services.end_subscription import cancel_at_term_end, cancel_now


@admin_route(CancelRequest)
def handler(request: Request, body: CancelRequest) -> dict[str, Any]:
    """Cancel at the end of the term, or now."""
    cancel = cancel_now if body.at == "now" else cancel_at_term_end
    after = cancel(request.organization_id, body.subscription_id, body.reason_code, wiring.ports())
    return {"id": after.checkout_id, "status": str(after.status), "cancelAt": after.cancelled_at}

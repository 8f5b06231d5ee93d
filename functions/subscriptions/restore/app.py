"""POST /api/subscription/restore"""

from typing import Any

from billing.app import wiring
from billing.runtime.http import Request, admin_route
from billing.subscriptions.api.requests import RestoreRequest
from billing.subscriptions.services.end_subscription import restore


@admin_route(RestoreRequest)
def handler(request: Request, body: RestoreRequest) -> dict[str, Any]:
    """Take a scheduled cancellation back."""
    after = restore(request.organization_id, body.subscription_id, wiring.ports())
    return {"id": after.checkout_id, "status": str(after.status)}

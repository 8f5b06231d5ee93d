"""PUT /api/wallet/auto-top-up"""

from typing import Any

from billing.adapters.identity import utc_now
from billing.entrypoints import wiring
from billing.entrypoints.http import Request, admin_route
from billing.entrypoints.payment_requests import AutoTopUpRequest
from billing.entrypoints.payment_views import rule_view
from billing.services.auto_top_up import set_auto_top_up


@admin_route(AutoTopUpRequest)
def handler(request: Request, body: AutoTopUpRequest) -> dict[str, Any]:
    """Let the wallet be filled up by itself, or no longer."""
    stores = wiring.usage_store(), wiring.payment_store()
    rule = set_auto_top_up(request.organization_id, body.wish(), *stores, wiring.provisioning_queue())
    return rule_view(rule, utc_now())

"""GET /api/wallet"""

from typing import Any

from billing.app import wiring
from billing.core.clock import utc_now
from billing.metering.api.entitlements import wallet_page
from billing.runtime.http import Request, route


@route
def handler(request: Request) -> dict[str, Any]:
    """The organization's prepaid money, and a page of its ledger."""
    return wallet_page(request.organization_id, request.query, wiring.usage_store(), utc_now)

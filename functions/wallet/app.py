"""GET /api/wallet"""

from typing import Any

from billing.adapters.identity import utc_now
from billing.entrypoints import wiring
from billing.entrypoints.entitlements import wallet_page
from billing.entrypoints.http import Request, route


@route
def handler(request: Request) -> dict[str, Any]:
    """The organization's prepaid money, and a page of its ledger."""
    return wallet_page(request.organization_id, request.query, wiring.usage_store(), utc_now)

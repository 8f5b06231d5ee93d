"""GET /api/subscription/list"""

from typing import Any

from billing.app import wiring
from billing.core.clock import utc_now
from billing.runtime.http import Request, route
from billing.subscriptions.api.listing import listing


@route
def handler(request: Request) -> dict[str, Any]:
    """The organization's subscriptions, as the cache has them."""
    partition = wiring.store().load(request.organization_id)
    return listing(request, partition, wiring.catalog()(), wiring.policy(), utc_now())

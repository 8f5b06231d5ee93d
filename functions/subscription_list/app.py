"""GET /api/subscription/list"""

from typing import Any

from billing.adapters.identity import utc_now
from billing.entrypoints import wiring
from billing.entrypoints.http import Request, route
from billing.entrypoints.listing import listing


@route
def handler(request: Request) -> dict[str, Any]:
    """The organization's subscriptions, as the cache has them."""
    partition = wiring.store().load(request.organization_id)
    return listing(request, partition, wiring.catalog()(), wiring.policy(), utc_now())

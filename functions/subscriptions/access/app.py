"""GET /api/access"""

from typing import Any

from billing import gate
from billing.core.errors import InvalidRequest
from billing.runtime.http import Request, route


@route
def handler(request: Request) -> dict[str, Any]:
    """May the organization use what `itemPriceId` stands for?"""
    if not (item_price_id := request.query.get("itemPriceId")):
        raise InvalidRequest("Name the plan: ?itemPriceId=...")
    access = gate.plan_access(request.organization_id, item_price_id)
    return {"allowed": access.allowed, "reason": access.reason}

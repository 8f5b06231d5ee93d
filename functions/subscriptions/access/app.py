"""Tell whether the organization may use the plan of an item price."""

from billing import gate
from billing.core.errors import InvalidRequest
from billing.runtime.http import Request, serve
from billing.subscriptions.api import routes
from billing.subscriptions.domain.published import PublishedAccess


@serve(routes.ACCESS)
def handler(request: Request) -> PublishedAccess:
    if not (item_price_id := request.query.get("itemPriceId")):
        raise InvalidRequest("Name the plan: ?itemPriceId=...")
    access = gate.plan_access(request.organization_id, item_price_id)
    return {"allowed": access.allowed, "reason": str(access.reason)}

"""Set the most that uses beyond the allowances may cost in a month."""

from billing.app import wiring
from billing.core.clock import utc_now
from billing.metering.api import limit_routes
from billing.metering.api.limit_requests import SpendingCapRequest
from billing.metering.domain.published import PublishedSpendingCap, published_spending_cap
from billing.metering.services.set_spending_cap import set_spending_cap
from billing.runtime.http import Request, serve


@serve(limit_routes.SPENDING_CAP)
def handler(request: Request, body: SpendingCapRequest) -> PublishedSpendingCap:
    limit, currency = body.limit(), body.currency
    cap = set_spending_cap(request.organization_id, currency, limit, wiring.usage_store(), utc_now)
    return published_spending_cap(currency, cap, utc_now())

"""Give the organization units, a limit or a feature beside its plans."""

from billing.app import wiring
from billing.core.clock import utc_now
from billing.metering.api import routes
from billing.metering.api.requests import GrantRequest
from billing.metering.domain.published import PublishedGrant, published_grant
from billing.metering.services.save_grant import save_grant
from billing.runtime.http import Request, serve


@serve(routes.SAVE_GRANT)
def handler(request: Request, body: GrantRequest) -> PublishedGrant:
    wish, store = body.wish(request.named("grantId")), wiring.told_usage_store()
    return published_grant(save_grant(request.organization_id, wish, wiring.catalog(), store, utc_now))

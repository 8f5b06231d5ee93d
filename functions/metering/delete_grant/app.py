"""Take a grant away, and keep who did it and why."""

from billing.app import wiring
from billing.core.clock import utc_now
from billing.metering.api import routes
from billing.metering.api.queries import grant_deletion
from billing.metering.domain.published import PublishedGrant, published_grant
from billing.metering.services.delete_grant import delete_grant
from billing.runtime.http import Request, serve


@serve(routes.DELETE_GRANT)
def handler(request: Request) -> PublishedGrant:
    deletion = grant_deletion(request.named("grantId"), request.query)
    return published_grant(delete_grant(request.organization_id, deletion, wiring.usage_store(), utc_now))

"""Show who gave, changed and took away a grant, when and why."""

from billing.app import wiring
from billing.metering.api import routes
from billing.metering.api.answers import GrantHistory
from billing.metering.domain.published import published_grant
from billing.metering.services.read_grants import grant_history
from billing.runtime.http import Request, serve


@serve(routes.GRANT)
def handler(request: Request) -> GrantHistory:
    versions = grant_history(request.organization_id, request.named("grantId"), wiring.usage_store())
    return {"versions": [*map(published_grant, versions)]}

"""List what the organization is given beside its plans, for its own members."""

from billing.app import wiring
from billing.metering.api import limit_routes
from billing.metering.api.answers import OwnGrants
from billing.metering.api.grant_view import grant_view
from billing.metering.services.read_grants import read_grants
from billing.runtime.http import Request, serve


@serve(limit_routes.OWN_GRANTS)
def handler(request: Request) -> OwnGrants:
    return {"grants": [*map(grant_view, read_grants(request.organization_id, wiring.usage_store()))]}

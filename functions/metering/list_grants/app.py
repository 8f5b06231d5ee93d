"""List what the organization was given beside its plans."""

from billing.app import wiring
from billing.metering.api import routes
from billing.metering.api.answers import GrantList
from billing.metering.domain.published import published_grant
from billing.metering.services.read_grants import read_grants
from billing.runtime.http import Request, serve


@serve(routes.GRANTS)
def handler(request: Request) -> GrantList:
    return {"grants": [*map(published_grant, read_grants(request.organization_id, wiring.usage_store()))]}

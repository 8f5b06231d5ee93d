"""Read one organization from Chargebee now."""

from billing.app.sync import sync
from billing.organizations.api import routes
from billing.organizations.api.answers import SyncView
from billing.runtime.http import Request, serve


@serve(routes.SYNC)
def handler(request: Request) -> SyncView:
    return sync(request.organization_id)

"""Give a reservation back."""

from billing.app import wiring
from billing.metering.api import routes
from billing.metering.api.answers import HoldView
from billing.metering.api.views import hold_view
from billing.metering.services.hold_usage import release_usage
from billing.runtime.http import Request, serve


@serve(routes.RELEASE)
def handler(request: Request) -> HoldView:
    return hold_view(release_usage(request.organization_id, request.named("holdId"), wiring.metering()))

"""Set the rule by which the wallet is topped up automatically, or switch it off."""

from billing.app import wiring
from billing.app.budgets import CHANGES, spend
from billing.core.clock import utc_now
from billing.metering.domain.published import PublishedAutoTopUp, published_auto_top_up
from billing.payments.api import routes
from billing.payments.api.requests import AutoTopUpRequest
from billing.payments.services.auto_top_up import set_auto_top_up
from billing.runtime.http import Request, serve


@serve(routes.AUTO_TOP_UP)
def handler(request: Request, body: AutoTopUpRequest) -> PublishedAutoTopUp:
    settings = body.settings()
    spend(request.organization_id, CHANGES)
    stores = wiring.usage_store(), wiring.payment_store()
    rule = set_auto_top_up(request.organization_id, settings, *stores, wiring.provisioning_queue())
    return published_auto_top_up(rule, utc_now())

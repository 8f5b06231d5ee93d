"""PUT /api/wallet/auto-top-up"""

from billing.app import wiring
from billing.core.clock import utc_now
from billing.metering.api.answers import RuleView
from billing.metering.api.wallet_views import rule_view
from billing.payments.api import routes
from billing.payments.api.requests import AutoTopUpRequest
from billing.payments.services.auto_top_up import set_auto_top_up
from billing.runtime.http import Request, serve


@serve(routes.AUTO_TOP_UP)
def handler(request: Request, body: AutoTopUpRequest) -> RuleView:
    """Let the wallet be filled up by itself, or no longer."""
    stores = wiring.usage_store(), wiring.payment_store()
    rule = set_auto_top_up(request.organization_id, body.wish(), *stores, wiring.provisioning_queue())
    return rule_view(rule, utc_now())

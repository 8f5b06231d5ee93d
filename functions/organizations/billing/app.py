"""Show the organization's billing as a whole, and what has to be done about it."""

from functools import partial

from billing.app import chargebee_wiring, wiring
from billing.organizations.api import routes
from billing.organizations.api.answers import BillingView
from billing.organizations.api.billing_view import billing_view
from billing.organizations.api.problem_log import log_problems
from billing.organizations.services.open_required_actions import ActionPorts
from billing.organizations.services.read_billing import read_billing
from billing.runtime.caller import is_billing_admin
from billing.runtime.http import Request, serve

RETURN_PATH = "/billing"


@serve(routes.BILLING)
def handler(request: Request) -> BillingView:

    def action_ports() -> ActionPorts:
        from billing.app.budgets import ACTIONS, spend  # noqa: PLC0415 - only where something has to be done

        site, pages = wiring.site(request.host), chargebee_wiring.chargebee_payments()
        ports, count = wiring.ports(request.caller), partial(spend, request.organization_id, ACTIONS)
        return ActionPorts(request.caller.user_id, RETURN_PATH, wiring.catalog(), site, pages, ports, count)

    allowed, metering = is_billing_admin(request.caller), wiring.metering()
    billing = read_billing(request.organization_id, metering, action_ports if allowed else None)
    log_problems(billing.actions)
    return billing_view(billing, metering.catalog, allowed)

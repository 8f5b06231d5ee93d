"""GET /api/billing"""

from typing import Any

from billing.app import wiring
from billing.organizations.api.billing_page import billing_page
from billing.organizations.services.open_actions import Desk
from billing.runtime.callers import is_billing_admin
from billing.runtime.http import Request, route

RETURN_PATH = "/billing"


@route
def handler(request: Request) -> dict[str, Any]:
    """Everything about the organization's billing, and what has to be done about it."""

    def desk() -> Desk:
        site, pages, ports = wiring.site(request.host), wiring.chargebee_payments(), wiring.ports()
        return Desk(request.caller.user_id, RETURN_PATH, wiring.catalog()(), site, pages, ports)

    allowed = is_billing_admin(request.caller)
    return billing_page(request.organization_id, wiring.metering(), desk if allowed else None)

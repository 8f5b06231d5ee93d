"""GET /api/billing"""

from typing import Any

from billing.entrypoints import wiring
from billing.entrypoints.billing_page import billing_page
from billing.entrypoints.http import Request, route
from billing.entrypoints.identity import is_billing_admin
from billing.services.open_actions import Desk

RETURN_PATH = "/billing"


@route
def handler(request: Request) -> dict[str, Any]:
    """Everything about the organization's billing, and what has to be done about it."""

    def desk() -> Desk:
        site, pages, ports = wiring.site(request.host), wiring.chargebee_payments(), wiring.ports()
        return Desk(request.caller.user_id, RETURN_PATH, wiring.catalog()(), site, pages, ports)

    allowed = is_billing_admin(request.caller)
    return billing_page(request.organization_id, wiring.metering(), desk if allowed else None)

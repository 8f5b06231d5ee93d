"""Who may buy once: an organization's billing admin what the catalog sells, the team's backend anything for anyone."""

from billing.core.errors import Forbidden, InvalidRequest
from billing.payments.api.requests import PurchaseRequest
from billing.runtime.caller import Caller
from billing.runtime.callers import authorize_reference, require_billing_admin, require_scope
from billing.runtime.http import organization_named

SCOPE = "charges:write"


def check_buyer(caller: Caller) -> None:
    """Raises Forbidden for whoever may buy nothing."""
    if caller.organization_id is None:
        require_scope(caller, SCOPE)
    else:
        require_billing_admin(caller)


def buyer(caller: Caller, body: PurchaseRequest) -> str:
    """The organization that buys. Raises Forbidden, InvalidRequest.

    A price is never a session's to name, and an organization never a session's to choose.
    """
    if caller.organization_id is None:
        if body.organization_id is None:
            raise InvalidRequest("organizationId: a machine caller names the organization.")
        return organization_named(body.organization_id)
    organization_id = authorize_reference(caller, body.reference_id)
    if body.organization_id not in (None, organization_id):
        raise Forbidden("You may not see or change the billing of that organization.")
    if body.amount is not None:
        raise Forbidden("Only the application's backend names an amount.")
    return organization_id

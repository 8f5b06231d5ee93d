"""What a buyer may say: an organization's billing admin what the catalog sells, a machine any amount."""

from billing.core.errors import Forbidden
from billing.payments.api.requests import PurchaseRequest
from billing.runtime.caller import Caller, Kind


def check_price(caller: Caller, body: PurchaseRequest) -> None:
    """Raises Forbidden when a session names an amount: a price is never a session's to name."""
    if caller.kind is Kind.SESSION and body.amount is not None:
        raise Forbidden("Only the application's backend names an amount.")

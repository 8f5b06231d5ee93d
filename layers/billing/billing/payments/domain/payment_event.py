"""What one of Chargebee's events says about a payment or a payment method."""

from dataclasses import dataclass

from billing.payments.domain.invoice import Invoice
from billing.payments.domain.payment_method import PaymentMethod
from billing.payments.domain.receipt import Refund
from billing.subscriptions.domain.transition import Transition


@dataclass(frozen=True, slots=True)
class PaymentEvent:
    """One event. `transition` is None for one that only shows an invoice as it is now.

    `amount` (minor units) is the transaction's: what was paid, refused or given back. `refund` is what went back.
    """

    id: str
    type: str
    occurred_at: int
    transition: Transition | None
    invoice: Invoice | None = None
    amount: int = 0
    refund: Refund | None = None
    method: PaymentMethod | None = None

"""What one of Chargebee's events tells besides its subscription."""

from billing.payments.domain.payment_event import PaymentEvent
from billing.subscriptions.domain.billing_event import BillingEvent


def take_in_further(event: BillingEvent, payment: PaymentEvent | None) -> None:
    """Have the levels read that it says are others, and apply the payment that it tells of."""
    if event.entitled:
        from billing.app.levels import ask_for_levels  # noqa: PLC0415 - most events tell of none

        ask_for_levels(event.entitled)
    if payment is not None:
        from billing.app.payment_events import take_in  # noqa: PLC0415 - most events tell of none

        take_in(payment, event)

"""What one of Chargebee's events tells of a payment: applied, and told where the alarms look."""

from billing.app import wiring
from billing.core.clock import utc_now
from billing.payments.domain.payment_event import PaymentEvent
from billing.payments.services.apply_payment import apply_payment
from billing.payments.services.record_invoice import ChargeRecords
from billing.runtime.logs import count, logger
from billing.subscriptions.domain.billing_event import BillingEvent


def take_in(payment: PaymentEvent, event: BillingEvent) -> None:
    """Apply it, log what became of it, and count a payment that somebody has to give back."""
    books = ChargeRecords(wiring.payment_store(), wiring.usage_store(), utc_now)
    applied = apply_payment(payment, event, wiring.store(), books)
    logger().info("payment_applied", extra={"outcome": str(applied.outcome)})
    if (orphan := applied.orphan) is not None:
        owner = {"organization_id": orphan.organization_id, "charge_id": orphan.id}
        paid = {"amount": orphan.order.amount, "currency": orphan.order.currency}
        count("payment_of_deleted_organization", **paid, **owner)

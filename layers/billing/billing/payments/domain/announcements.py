"""What payments announce."""

from collections.abc import Iterator

from billing.payments.domain.charge import Charge
from billing.payments.domain.payment_event import PaymentEvent
from billing.subscriptions.domain.news import News, known
from billing.subscriptions.domain.transition import Transition


def charge_news(transition: Transition, charge: Charge, at: int) -> News:
    """What became of one of our own charges."""
    details = {
        "charge_id": charge.id,
        "key": charge.key,
        "purpose": str(charge.purpose),
        "currency": charge.order.currency,
        "amount": charge.order.amount if charge.total is None else charge.total,
        "invoice_id": charge.invoice_id,
        "code": charge.failure_code,
    }
    return News(transition, f"{transition}#{charge.id}#{charge.version}", at, known(details))


def payment_news(event: PaymentEvent, charge: Charge | None) -> Iterator[News]:
    """A payment, a failed one or a refund of an invoice, as one of Chargebee's events tells of it."""
    if event.transition is None or event.invoice is None:
        return
    details = {
        "charge_id": charge.id if charge else None,
        "key": charge.key if charge else None,
        "purpose": str(charge.purpose) if charge else None,
        "currency": event.invoice.currency,
        "amount": event.amount,
        "invoice_id": event.invoice.id,
        "subscription_id": event.invoice.subscription_id,
    }
    yield News(event.transition, f"{event.transition}#{event.id}", event.occurred_at, known(details))


def method_news(event: PaymentEvent) -> Iterator[News]:
    """A payment method that came or went; of a card, what may be shown."""
    if event.transition is None or event.method is None:
        return
    method = event.method
    details = {"payment_method_id": method.id, "type": method.type, "brand": method.brand, "last4": method.last4}
    yield News(event.transition, f"{event.transition}#{event.id}", event.occurred_at, known(details))

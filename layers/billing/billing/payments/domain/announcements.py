"""What payments announce."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from billing.payments.domain.published import (
    amount_of,
    published_charge,
    published_payment_method,
)
from billing.subscriptions.domain.announcement import Announcement

if TYPE_CHECKING:
    from billing.payments.domain.charge import Charge
    from billing.payments.domain.payment_event import PaymentEvent
    from billing.payments.domain.published import (
        PublishedPayment,
    )
    from billing.subscriptions.domain.organization import Organization
    from billing.subscriptions.domain.transition import Transition


def charge_announcement(transition: Transition, charge: Charge, at: int) -> Announcement:
    """What became of one of our own charges, at `at` (UTC seconds)."""
    payment: PublishedPayment = {
        "amount": amount_of(charge),
        "currency": charge.order.currency,
        "invoiceId": charge.invoice_id,
        "chargebeeSubscriptionId": None,
    }
    return Announcement(
        key=f"{charge.organization_id}#{transition}#{charge.id}#{charge.version}",
        transition=transition,
        organization_id=charge.organization_id,
        customer_id=charge.customer_id,
        at=at,
        content={"charge": published_charge(charge), "payment": payment},
    )


def payment_announcements(
    event: PaymentEvent, organization: Organization, charge: Charge | None
) -> Iterator[Announcement]:
    """A payment, a failed one or a refund of an invoice, as one of Chargebee's events tells of it."""
    if event.transition is None or event.invoice is None:
        return
    payment: PublishedPayment = {
        "amount": event.amount,
        "currency": event.invoice.currency,
        "invoiceId": event.invoice.id,
        "chargebeeSubscriptionId": event.invoice.subscription_id,
    }
    ours = {"charge": published_charge(charge)} if charge else {}
    yield _told(event.transition, event, organization, {**ours, "payment": payment})


def method_announcements(event: PaymentEvent, organization: Organization) -> Iterator[Announcement]:
    """A payment method that came or went; of a card, what may be shown."""
    if event.transition is None or event.method is None:
        return
    yield _told(event.transition, event, organization, {"paymentMethod": published_payment_method(event.method)})


def _told(
    transition: Transition, event: PaymentEvent, organization: Organization, content: dict[str, Any]
) -> Announcement:
    return Announcement(
        key=f"{organization.id}#{transition}#{event.id}",
        transition=transition,
        organization_id=organization.id,
        customer_id=organization.customer_id,
        at=event.occurred_at,
        content=content,
    )

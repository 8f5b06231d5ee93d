"""Charges, payments and payment methods as they are published: the one shape of the HTTP API, the bus and the hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from billing.payments.domain.charge import ChargeState

if TYPE_CHECKING:
    from billing.payments.domain.charge import Charge
    from billing.payments.domain.payment_method import PaymentMethod

PROCESSING = "processing"
"""What is due and being collected: it waits, and nobody has anything to do."""


class PublishedFailure(TypedDict):
    """Why a charge failed."""

    code: str
    message: str | None


class PublishedCharge(TypedDict):
    """Money that was asked for once. Only the state `succeeded` is paid."""

    id: str
    """The invoice's `po_number` in Chargebee."""
    key: str
    """The caller's."""
    purpose: str
    """`charge`, `checkout`, `top_up` or `auto_top_up`."""
    state: str
    """`created`, `submitted`, `unknown`, `processing` (a direct debit is under way), `action_required`, `succeeded` or
    `failed`."""
    amount: int | None
    """Minor units of `currency`: the invoice's total, until there is one what was asked for."""
    currency: str
    """ISO 4217."""
    invoiceId: str | None
    failure: PublishedFailure | None


class PublishedPayment(TypedDict):
    """What was paid, refused or refunded."""

    amount: int | None
    """Minor units of `currency`."""
    currency: str
    """ISO 4217."""
    invoiceId: str | None
    chargebeeSubscriptionId: str | None
    """What the invoice is for, null for a one-time purchase."""


class PublishedPaymentMethod(TypedDict):
    """One saved way to pay, as far as it may be shown."""

    id: str
    type: str
    status: str
    brand: str | None
    last4: str | None
    expiryMonth: int | None
    expiryYear: int | None


def published_charge(charge: Charge) -> PublishedCharge:
    """One charge."""
    code = charge.failure_code
    return {
        "id": charge.id,
        "key": charge.key,
        "purpose": str(charge.purpose),
        "state": PROCESSING if charge.state is ChargeState.ACTION_REQUIRED and charge.collecting else str(charge.state),
        "amount": amount_of(charge),
        "currency": charge.order.currency,
        "invoiceId": charge.invoice_id,
        "failure": None if code is None else {"code": code, "message": charge.failure},
    }


def amount_of(charge: Charge) -> int | None:
    """In minor units, None for an item at Chargebee's price that has no invoice yet."""
    return charge.order.amount if charge.total is None else charge.total


def published_payment_method(method: PaymentMethod) -> PublishedPaymentMethod:
    """One payment method."""
    return {
        "id": method.id,
        "type": method.type,
        "status": method.status,
        "brand": method.brand,
        "last4": method.last4,
        "expiryMonth": method.expiry_month,
        "expiryYear": method.expiry_year,
    }

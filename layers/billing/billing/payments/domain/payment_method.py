"""Saved ways to pay, as Chargebee keeps them. Nothing of a card is stored here.

https://apidocs.chargebee.com/docs/api/payment_sources
"""

from dataclasses import dataclass

from billing.core.errors import NotFound


class PaymentMethodNotFound(NotFound):
    """The organization has no such payment method. One that belongs to another is not found either."""

    code = "payment_method_not_found"


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """One saved way to pay. What is known of a card is what may be shown: its brand, last digits and expiry."""

    id: str
    customer_id: str
    type: str
    status: str
    brand: str | None = None
    last4: str | None = None
    expiry_month: int | None = None
    expiry_year: int | None = None


def check_owner(method: PaymentMethod, customer_id: str) -> None:
    """Raises PaymentMethodNotFound for another customer's, as for one that does not exist."""
    if method.customer_id != customer_id:
        raise PaymentMethodNotFound("There is no such payment method.")

"""Saved ways to pay, as Chargebee keeps them. Nothing of a card is stored here.

https://apidocs.chargebee.com/docs/api/payment_sources
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from billing.core.errors import PaymentMethodNotFound


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


def read_payment_method(source: Mapping[str, Any]) -> PaymentMethod:
    """Read a `payment_source` resource."""
    card = source.get("card") or {}
    return PaymentMethod(
        id=str(source["id"]),
        customer_id=str(source["customer_id"]),
        type=str(source.get("type", "")),
        status=str(source.get("status", "")),
        brand=card.get("brand"),
        last4=card.get("last4"),
        expiry_month=card.get("expiry_month"),
        expiry_year=card.get("expiry_year"),
    )


def check_owner(method: PaymentMethod, customer_id: str) -> None:
    """Raises PaymentMethodNotFound for another customer's, as for one that does not exist."""
    if method.customer_id != customer_id:
        raise PaymentMethodNotFound("There is no such payment method.")

"""How payment methods look in the API."""

from typing import Any

from billing.domain.payment_method import PaymentMethod
from billing.services.payment_methods import Saved


def methods_view(saved: Saved) -> dict[str, Any]:
    """All that are saved; the one that is charged is the default."""
    return {"paymentMethods": [method_view(each, saved.primary) for each in saved.methods]}


def method_view(method: PaymentMethod, primary: str | None) -> dict[str, Any]:
    """One saved way to pay, as far as it may be shown."""
    return {
        "id": method.id,
        "type": method.type,
        "status": method.status,
        "brand": method.brand,
        "last4": method.last4,
        "expiryMonth": method.expiry_month,
        "expiryYear": method.expiry_year,
        "default": method.id == primary,
    }

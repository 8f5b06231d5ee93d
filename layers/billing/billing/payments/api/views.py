"""How payment methods and charges look in the API. Amounts are minor units."""

from typing import Any

from billing.payments.domain.charge import Charge
from billing.payments.domain.payment_method import PaymentMethod
from billing.payments.domain.published import (
    PublishedCharge,
    PublishedPaymentMethod,
    published_charge,
    published_payment_method,
)
from billing.payments.services.payment_methods import Saved
from billing.subscriptions.services.ports import HostedPage


class PaymentMethodAnswer(PublishedPaymentMethod):
    """One of the saved payment methods."""

    default: bool
    """It is the one that is charged."""


class ChargeAnswer(PublishedCharge):
    """What became of a charge."""

    requiredActions: list[dict[str, str]]
    """Where the card's holder agrees to the payment: `{type: "authenticate", url}`."""


def methods_view(saved: Saved) -> dict[str, Any]:
    """All that are saved; the one that is charged is the default."""
    return {"paymentMethods": [method_view(each, saved.primary) for each in saved.methods]}


def method_view(method: PaymentMethod, primary: str | None) -> PaymentMethodAnswer:
    """One saved way to pay, as far as it may be shown."""
    return {**published_payment_method(method), "default": method.id == primary}


def charge_view(charge: Charge, action: HostedPage | None = None) -> ChargeAnswer:
    """One charge, and what is needed of its payer."""
    actions = [{"type": "authenticate", "url": action.url}] if action else []
    return {**published_charge(charge), "requiredActions": actions}


def purchase_view(charge: Charge) -> dict[str, Any]:
    """A purchase on a hosted page: `url` is None once it is paid, or its payment on its way."""
    page = None if charge.bought else charge.page
    return {"mode": "hosted", "url": page.url if page else None, "id": page.id if page else None} | {
        "charge": charge_view(charge)
    }

"""How payment methods and charges look in the API. Amounts are minor units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.payments.domain.published import published_charge, published_payment_method

if TYPE_CHECKING:
    from billing.payments.api.answers import ChargeView, PaymentMethodList, PaymentMethodView, PurchaseView
    from billing.payments.domain.charge import Charge
    from billing.payments.domain.payment_method import PaymentMethod
    from billing.payments.services.payment_methods import PaymentMethods
    from billing.subscriptions.services.ports import HostedPage


def methods_view(saved: PaymentMethods) -> PaymentMethodList:
    """All that are saved; the one that is charged is the default."""
    return {"paymentMethods": [method_view(each, saved.primary) for each in saved.methods]}


def method_view(method: PaymentMethod, primary: str | None) -> PaymentMethodView:
    """One saved way to pay, as far as it may be shown."""
    return {**published_payment_method(method), "default": method.id == primary}


def charge_view(charge: Charge, action: HostedPage | None = None) -> ChargeView:
    """One charge, and what is needed of its payer."""
    return {
        **published_charge(charge),
        "requiredActions": [{"type": "authenticate", "url": action.url}] if action else [],
    }


def purchase_view(charge: Charge) -> PurchaseView:
    """A purchase on a hosted page: `url` is None once it is paid, or its payment on its way."""
    page = None if charge.bought else charge.page
    return {
        "mode": "hosted",
        "url": page.url if page else None,
        "id": page.id if page else None,
        "charge": charge_view(charge),
    }

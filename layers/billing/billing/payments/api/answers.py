"""What the routes about money answer. Amounts are minor units."""

from typing import Literal, TypedDict

from billing.payments.domain.published import PublishedCharge, PublishedPaymentMethod


class PaymentMethodView(PublishedPaymentMethod):
    """One of the saved payment methods."""

    default: bool
    """It is the one that is charged."""


class PaymentMethodList(TypedDict):
    """All that are saved; the one that is charged is the default."""

    paymentMethods: list[PaymentMethodView]


class PaymentMethodPage(TypedDict):
    """The hosted page on which a payment method is added."""

    mode: Literal["hosted"]
    url: str
    id: str


class DefaultPaymentMethod(TypedDict):
    """It is charged from now on."""

    id: str
    default: Literal[True]


class RemovedPaymentMethod(TypedDict):
    """It is forgotten, here and at the gateway."""

    id: str
    removed: Literal[True]


class AuthenticationView(TypedDict):
    """The page on which the card's holder confirms."""

    type: Literal["authenticate"]
    url: str


class ChargeView(PublishedCharge):
    """What became of a charge: only `succeeded` is paid."""

    requiredActions: list[AuthenticationView]


class PurchaseView(TypedDict):
    """A purchase on a hosted page: `url` is null once it is paid, or its payment on its way."""

    mode: Literal["hosted"]
    url: str | None
    id: str | None
    charge: ChargeView

"""What the routes about money answer. Amounts are minor units."""

from typing import Literal, TypedDict


class PaymentMethodView(TypedDict):
    """One saved way to pay, as far as it may be shown."""

    id: str
    type: str
    status: str
    brand: str | None
    last4: str | None
    expiryMonth: int | None
    expiryYear: int | None
    default: bool


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


class FailureView(TypedDict):
    """Why a charge failed: the gateway's code where there is one."""

    code: str | None
    message: str | None


class AuthenticationView(TypedDict):
    """The page on which the card's holder confirms."""

    type: Literal["authenticate"]
    url: str


class ChargeView(TypedDict):
    """One charge: `state` says what became of it, and only `succeeded` is paid."""

    id: str
    key: str
    state: Literal["created", "submitted", "unknown", "action_required", "succeeded", "failed"]
    amount: int | None
    currency: str
    invoiceId: str | None
    failure: FailureView | None
    requiredActions: list[AuthenticationView]


class PurchaseView(TypedDict):
    """A purchase on a hosted page: `url` is null once it is paid, or its payment on its way."""

    mode: Literal["hosted"]
    url: str | None
    id: str | None
    charge: ChargeView

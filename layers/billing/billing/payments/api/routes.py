"""The routes of payment methods, charges, purchases and top-ups."""

from billing.core.chargebee_errors import ChargebeeError
from billing.core.errors import (
    Conflict,
    EventConflict,
    InvalidSeats,
    InvalidUrl,
    OrganizationDeleted,
    RateLimited,
    UnknownPlan,
)
from billing.metering.domain.published import PublishedAutoTopUp
from billing.payments.api.answers import (
    ChargeView,
    DefaultPaymentMethod,
    PaymentMethodList,
    PaymentMethodPage,
    PurchaseView,
    RemovedPaymentMethod,
)
from billing.payments.domain.payment_method import PaymentMethodNotFound
from billing.runtime.route import Redirect, Route, Who

_REQUESTS = "billing.payments.api.requests"
_CHARGES = "charges:write"
_METHODS = "/api/payment-methods"

LIST_METHODS = Route(
    "payments/list_methods",
    "GET",
    _METHODS,
    Who.MEMBER,
    PaymentMethodList,
    query=("referenceId",),
    errors=(RateLimited, OrganizationDeleted, ChargebeeError),
)
ADD_METHOD = Route(
    "payments/add_method",
    "POST",
    _METHODS,
    Who.ADMIN,
    PaymentMethodPage,
    body=f"{_REQUESTS}:PaymentMethodRequest",
    errors=(InvalidUrl, RateLimited, OrganizationDeleted, Conflict, ChargebeeError),
)
DEFAULT_METHOD = Route(
    "payments/default_method",
    "PUT",
    f"{_METHODS}/{{methodId}}/default",
    Who.ADMIN,
    DefaultPaymentMethod,
    query=("referenceId",),
    errors=(RateLimited, PaymentMethodNotFound, OrganizationDeleted, ChargebeeError),
)
REMOVE_METHOD = Route(
    "payments/remove_method",
    "DELETE",
    f"{_METHODS}/{{methodId}}",
    Who.ADMIN,
    RemovedPaymentMethod,
    query=("referenceId",),
    errors=(RateLimited, PaymentMethodNotFound, OrganizationDeleted, ChargebeeError),
)
CHARGE = Route(
    "payments/charge",
    "POST",
    "/api/organizations/{id}/charges",
    Who.MACHINE,
    ChargeView,
    scope=_CHARGES,
    body=f"{_REQUESTS}:ChargeRequest",
    errors=(
        InvalidUrl,
        UnknownPlan,
        InvalidSeats,
        PaymentMethodNotFound,
        OrganizationDeleted,
        EventConflict,
        Conflict,
        ChargebeeError,
    ),
)
PURCHASE = Route(
    "payments/purchase",
    "POST",
    "/api/checkout",
    Who.BUYER,
    PurchaseView,
    scope=_CHARGES,
    body=f"{_REQUESTS}:PurchaseRequest",
    errors=(
        InvalidUrl,
        UnknownPlan,
        InvalidSeats,
        RateLimited,
        OrganizationDeleted,
        EventConflict,
        Conflict,
        ChargebeeError,
    ),
)
TOP_UP = Route(
    "payments/top_up",
    "POST",
    "/api/wallet/top-ups",
    Who.ADMIN,
    PurchaseView,
    body=f"{_REQUESTS}:TopUpRequest",
    errors=(InvalidUrl, RateLimited, OrganizationDeleted, EventConflict, Conflict, ChargebeeError),
)
AUTO_TOP_UP = Route(
    "payments/auto_top_up",
    "PUT",
    "/api/wallet/auto-top-up",
    Who.ADMIN,
    PublishedAutoTopUp,
    body=f"{_REQUESTS}:AutoTopUpRequest",
    errors=(RateLimited, OrganizationDeleted, Conflict),
)
SUCCESS = Route("payments/complete_purchase", "GET", "/api/checkout/success", Who.BROWSER, Redirect)

ROUTES = (
    LIST_METHODS,
    ADD_METHOD,
    DEFAULT_METHOD,
    REMOVE_METHOD,
    CHARGE,
    PURCHASE,
    TOP_UP,
    AUTO_TOP_UP,
    SUCCESS,
)

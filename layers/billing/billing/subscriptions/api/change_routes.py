"""The routes by which a subscription is bought and changed."""

from billing.core.chargebee_errors import ChargebeeError
from billing.core.errors import (
    ChangeNotSupported,
    ChangesScheduled,
    Conflict,
    InvalidSeats,
    InvalidState,
    InvalidUrl,
    NothingToChange,
    OrganizationDeleted,
    RateLimited,
    SubscriptionAmbiguous,
    SubscriptionExists,
    SubscriptionNotFound,
    UnknownPlan,
)
from billing.runtime.route import Route, Who
from billing.subscriptions.api.answers import SubscriptionPage
from billing.subscriptions.api.estimate_answers import ChangePreview
from billing.subscriptions.domain.coupon import (
    CouponExpired,
    CouponNotApplicable,
    CouponNotStarted,
    CouponNotValid,
    CouponUsedUp,
    UnknownCoupon,
)

_REQUESTS = "billing.subscriptions.api.requests"
COUPONS = (CouponNotValid, UnknownCoupon, CouponExpired, CouponNotStarted, CouponUsedUp, CouponNotApplicable)

CREATE = Route(
    "subscriptions/create",
    "POST",
    "/api/subscription/create",
    Who.ADMIN,
    SubscriptionPage,
    body=f"{_REQUESTS}:CreateSubscription",
    errors=(
        InvalidUrl,
        UnknownPlan,
        InvalidSeats,
        *COUPONS,
        RateLimited,
        SubscriptionExists,
        OrganizationDeleted,
        Conflict,
        ChargebeeError,
    ),
)
UPDATE = Route(
    "subscriptions/update",
    "POST",
    "/api/subscription/update",
    Who.ADMIN,
    SubscriptionPage,
    body=f"{_REQUESTS}:ChangeSubscription",
    errors=(
        InvalidUrl,
        UnknownPlan,
        InvalidSeats,
        *COUPONS,
        NothingToChange,
        RateLimited,
        SubscriptionNotFound,
        InvalidState,
        SubscriptionAmbiguous,
        ChangesScheduled,
        ChangeNotSupported,
        Conflict,
        ChargebeeError,
    ),
)
PREVIEW = Route(
    "subscriptions/preview",
    "POST",
    "/api/subscription/preview",
    Who.ADMIN,
    ChangePreview,
    body=UPDATE.body,
    errors=(*UPDATE.errors, OrganizationDeleted),
)

ROUTES = (CREATE, UPDATE, PREVIEW)

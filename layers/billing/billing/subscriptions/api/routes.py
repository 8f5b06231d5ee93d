"""The routes of plans and subscriptions."""

from billing.core.chargebee_errors import ChargebeeError
from billing.core.errors import (
    Conflict,
    InvalidState,
    InvalidUrl,
    NoSuchPlan,
    OrganizationDeleted,
    RateLimited,
    SubscriptionAmbiguous,
    SubscriptionNotFound,
    UnknownFeature,
)
from billing.runtime.route import Redirect, Route, Who
from billing.subscriptions.api.answers import (
    Cancellation,
    DescribedPlanView,
    PlanList,
    Portal,
    Restoration,
    RevisionView,
    SubscriptionList,
    WithdrawnCheckout,
)
from billing.subscriptions.domain.published import PublishedAccess

_REQUESTS = "billing.subscriptions.api.requests"
_READ, _ADMIN = "billing:read", "billing:admin"
_PLAN = "/api/plans/{plan}"

PLANS = Route("plans/list", "GET", "/api/plans", Who.MEMBER, PlanList, query=("referenceId",))

READ_PLAN = Route("plans/read", "GET", _PLAN, Who.MACHINE, DescribedPlanView, scope=_ADMIN, errors=(NoSuchPlan,))
SAVE_PLAN = Route(
    "plans/save",
    "PUT",
    _PLAN,
    Who.MACHINE,
    RevisionView,
    scope=_ADMIN,
    body=f"{_REQUESTS}:PlanEntry",
    query=("dryRun",),
    errors=(InvalidState, Conflict),
)
DELETE_PLAN = Route(
    "plans/delete",
    "DELETE",
    _PLAN,
    Who.MACHINE,
    RevisionView,
    scope=_ADMIN,
    query=("dryRun", "version"),
    errors=(NoSuchPlan, InvalidState, Conflict),
)

WITHDRAW = Route(
    "subscriptions/withdraw_checkout",
    "DELETE",
    "/api/subscription/checkout",
    Who.ADMIN,
    WithdrawnCheckout,
    query=("referenceId",),
    errors=(Conflict,),
)
CANCEL = Route(
    "subscriptions/cancel",
    "POST",
    "/api/subscription/cancel",
    Who.ADMIN,
    Cancellation,
    body=f"{_REQUESTS}:CancelSubscription",
    errors=(RateLimited, SubscriptionNotFound, InvalidState, SubscriptionAmbiguous, Conflict, ChargebeeError),
)
RESTORE = Route(
    "subscriptions/restore",
    "POST",
    "/api/subscription/restore",
    Who.ADMIN,
    Restoration,
    body=f"{_REQUESTS}:RestoreSubscription",
    errors=(RateLimited, SubscriptionNotFound, InvalidState, SubscriptionAmbiguous, Conflict, ChargebeeError),
)
PORTAL = Route(
    "subscriptions/portal",
    "POST",
    "/api/subscription/portal",
    Who.ADMIN,
    Portal,
    body=f"{_REQUESTS}:OpenPortal",
    errors=(InvalidUrl, RateLimited, OrganizationDeleted, Conflict, ChargebeeError),
)
LIST = Route(
    "subscriptions/list",
    "GET",
    "/api/subscription/list",
    Who.READER,
    SubscriptionList,
    scope=_READ,
    query=("history", "cursor", "referenceId", "organizationId"),
)
ACCESS = Route(
    "subscriptions/access",
    "GET",
    "/api/access",
    Who.READER,
    PublishedAccess,
    scope=_READ,
    query=("plan", "feature", "itemPriceId", "referenceId", "organizationId"),
    errors=(NoSuchPlan, UnknownFeature),
)
SUCCESS = Route("subscriptions/complete_checkout", "GET", "/api/subscription/success", Who.BROWSER, Redirect)

ROUTES = (
    PLANS,
    READ_PLAN,
    SAVE_PLAN,
    DELETE_PLAN,
    WITHDRAW,
    CANCEL,
    RESTORE,
    PORTAL,
    LIST,
    ACCESS,
    SUCCESS,
)

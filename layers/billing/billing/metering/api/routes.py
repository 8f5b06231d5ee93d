"""The routes of entitlements, usage, holds and wallets."""

from billing.core.errors import (
    Conflict,
    EventConflict,
    Exhausted,
    HoldNotFound,
    InvalidState,
    PlanRequired,
    UnknownFeature,
    UnknownOrganization,
    UsageNotFound,
)
from billing.metering.api.answers import (
    EntitlementsView,
    EntitlementView,
    EstimateView,
    HoldView,
    MarginReport,
    RecordedList,
    UsageView,
    WalletList,
)
from billing.metering.domain.published import PublishedLedgerEntry
from billing.metering.domain.wallet import SpendingCapReached, TooManyLots
from billing.runtime.route import Route, Who

_REQUESTS = "billing.metering.api.requests"
_ORGANIZATION = "/api/organizations/{id}"
_READ, _USAGE, _ADMIN = "billing:read", "usage:write", "billing:admin"

ENTITLEMENTS = Route(
    "metering/entitlements",
    "GET",
    "/api/entitlements",
    Who.READER,
    EntitlementsView,
    scope=_READ,
    query=("referenceId", "organizationId"),
)
ENTITLEMENT = Route(
    "metering/entitlement",
    "GET",
    "/api/entitlements/{feature}",
    Who.READER,
    EntitlementView,
    scope=_READ,
    query=("required", "referenceId", "organizationId"),
    errors=(UnknownFeature,),
)
WALLET = Route(
    "metering/wallet", "GET", "/api/wallet", Who.MEMBER, WalletList, query=("currency", "cursor", "referenceId")
)
RECORD = Route(
    "metering/record_usage",
    "POST",
    f"{_ORGANIZATION}/usage",
    Who.MACHINE,
    RecordedList,
    scope=_USAGE,
    body=f"{_REQUESTS}:UsageRequest",
    errors=(UnknownOrganization, Conflict),
)
ESTIMATE = Route(
    "metering/estimate",
    "POST",
    f"{_ORGANIZATION}/usage/estimate",
    Who.MACHINE,
    EstimateView,
    scope=_USAGE,
    body=f"{_REQUESTS}:EstimateRequest",
    errors=(UnknownFeature,),
)
USE = Route(
    "metering/use",
    "GET",
    f"{_ORGANIZATION}/usage/{{eventId}}",
    Who.MACHINE,
    UsageView,
    scope=_USAGE,
    errors=(UsageNotFound,),
)
ADD_COSTS = Route(
    "metering/add_costs",
    "POST",
    f"{_ORGANIZATION}/usage/{{eventId}}/costs",
    Who.MACHINE,
    UsageView,
    scope=_USAGE,
    body=f"{_REQUESTS}:CostsRequest",
    errors=(UsageNotFound, EventConflict, Conflict),
)
VOID = Route(
    "metering/void_use",
    "POST",
    f"{_ORGANIZATION}/usage/{{eventId}}/void",
    Who.MACHINE,
    UsageView,
    scope=_ADMIN,
    body=f"{_REQUESTS}:VoidRequest",
    errors=(UsageNotFound, InvalidState, EventConflict, Conflict),
)
CORRECT = Route(
    "metering/correct_use",
    "POST",
    f"{_ORGANIZATION}/usage/{{eventId}}/correct",
    Who.MACHINE,
    UsageView,
    scope=_ADMIN,
    body=f"{_REQUESTS}:CorrectRequest",
    errors=(
        UsageNotFound,
        PlanRequired,
        Exhausted,
        SpendingCapReached,
        InvalidState,
        EventConflict,
        Conflict,
    ),
)
HOLD = Route(
    "metering/hold",
    "POST",
    f"{_ORGANIZATION}/holds",
    Who.MACHINE,
    HoldView,
    scope=_USAGE,
    body=f"{_REQUESTS}:HoldRequest",
    errors=(
        UnknownOrganization,
        UnknownFeature,
        PlanRequired,
        Exhausted,
        SpendingCapReached,
        EventConflict,
        Conflict,
    ),
)
SETTLE = Route(
    "metering/settle_hold",
    "POST",
    f"{_ORGANIZATION}/holds/{{holdId}}/settle",
    Who.MACHINE,
    HoldView,
    scope=_USAGE,
    body=f"{_REQUESTS}:SettleRequest",
    errors=(HoldNotFound, InvalidState, Conflict),
)
RELEASE = Route(
    "metering/release_hold",
    "POST",
    f"{_ORGANIZATION}/holds/{{holdId}}/release",
    Who.MACHINE,
    HoldView,
    scope=_USAGE,
    errors=(HoldNotFound, InvalidState, Conflict),
)
ADJUST = Route(
    "metering/adjust_wallet",
    "POST",
    f"{_ORGANIZATION}/wallet/adjustments",
    Who.MACHINE,
    PublishedLedgerEntry,
    scope=_ADMIN,
    body=f"{_REQUESTS}:AdjustmentRequest",
    errors=(UnknownOrganization, Exhausted, TooManyLots, EventConflict, Conflict),
)
MARGIN = Route(
    "metering/margin",
    "GET",
    f"{_ORGANIZATION}/margin",
    Who.MACHINE,
    MarginReport,
    scope=_ADMIN,
    query=("from", "to"),
)

ROUTES = (
    ENTITLEMENTS,
    ENTITLEMENT,
    WALLET,
    RECORD,
    ESTIMATE,
    USE,
    ADD_COSTS,
    VOID,
    CORRECT,
    HOLD,
    SETTLE,
    RELEASE,
    ADJUST,
    MARGIN,
)

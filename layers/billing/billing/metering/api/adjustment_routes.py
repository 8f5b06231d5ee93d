"""The route that adjusts a meter."""

from billing.core.errors import (
    Conflict,
    EventConflict,
    Exhausted,
    InvalidState,
    PlanRequired,
    UnknownFeature,
    UnknownOrganization,
)
from billing.metering.api.history_answers import MeterAdjustment
from billing.metering.domain.below_zero import BelowZero
from billing.metering.domain.wallet import SpendingCapReached
from billing.runtime.route import Route, Who

ADJUST_METER = Route(
    "metering/adjust_meter",
    "POST",
    "/api/organizations/{id}/usage/adjustments",
    Who.MACHINE,
    MeterAdjustment,
    scope="billing:admin",
    body="billing.metering.api.adjustment_request:MeterAdjustmentRequest",
    errors=(
        UnknownOrganization,
        UnknownFeature,
        PlanRequired,
        Exhausted,
        SpendingCapReached,
        BelowZero,
        InvalidState,
        EventConflict,
        Conflict,
    ),
)

ROUTES = (ADJUST_METER,)

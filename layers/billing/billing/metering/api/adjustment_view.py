"""How an adjustment of a meter looks in the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.core.quantity import written
from billing.metering.api.views import split_view

if TYPE_CHECKING:
    from billing.metering.api.history_answers import MeterAdjustment
    from billing.metering.domain.adjustment import Adjustment


def adjustment_view(made: Adjustment) -> MeterAdjustment:
    """An adjustment as it was made."""
    return {**own_adjustment_view(made), "key": made.key, "by": made.by, "reason": made.reason}


def own_adjustment_view(made: Adjustment) -> MeterAdjustment:
    """What it counts, for the organization itself. The key, who made it and why are the operators' own words."""
    return {
        "feature": made.feature,
        "quantity": written(made.quantity, made.decimals),
        "occurredAt": made.moment,
        "at": made.at,
        "billed": split_view(made.split, made.decimals),
    }

"""How the history of use looks in the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from billing.core.quantity import written

if TYPE_CHECKING:
    from billing.metering.api.history_answers import DayView, FeatureHistory, UsageHistory
    from billing.metering.services.read_usage_history import DayOfUse, FeatureUse


def history_view(first: str, last: str, history: Mapping[str, FeatureUse]) -> UsageHistory:
    """By feature and day."""
    return {"from": first, "to": last, "features": [_feature(*each) for each in history.items()]}


def _feature(name: str, used: FeatureUse) -> FeatureHistory:
    view: FeatureHistory = {"feature": name, "days": [_day(each) for each in used.days]}
    if not used.adjustments:
        return view
    from billing.metering.api.adjustment_view import adjustment_view  # noqa: PLC0415 - hardly ever

    return {**view, "adjustments": [adjustment_view(each) for each in used.adjustments]}


def _day(day: DayOfUse) -> DayView:
    return {"date": day.date, "quantity": written(day.quantity, day.decimals), "events": day.events}

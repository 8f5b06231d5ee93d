"""How the history of use looks in the API."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from billing.core.quantity import written

if TYPE_CHECKING:
    from billing.metering.api.history_answers import DayView, FeatureHistory, UsageHistory
    from billing.metering.services.read_usage_history import DayOfUse, FeatureUse


def history_view(first: str, last: str, history: Mapping[str, FeatureUse], scopes: Collection[str]) -> UsageHistory:
    """By feature and day, for a caller with these scopes."""
    return {"from": first, "to": last, "features": [_feature(*each, scopes) for each in history.items()]}


def _feature(name: str, used: FeatureUse, scopes: Collection[str]) -> FeatureHistory:
    view: FeatureHistory = {"feature": name, "days": [_day(each) for each in used.days]}
    if not used.adjustments:
        return view
    from billing.metering.api.adjustment_routes import ADJUST_METER  # noqa: PLC0415 - hardly ever
    from billing.metering.api.adjustment_view import adjustment_view, own_adjustment_view  # noqa: PLC0415

    look = adjustment_view if ADJUST_METER.scope in scopes else own_adjustment_view
    return {**view, "adjustments": [look(each) for each in used.adjustments]}


def _day(day: DayOfUse) -> DayView:
    return {"date": day.date, "quantity": written(day.quantity, day.decimals), "events": day.events}

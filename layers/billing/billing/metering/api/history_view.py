"""How the history of use looks in the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from billing.core.quantity import written

if TYPE_CHECKING:
    from billing.metering.api.history_answers import DayView, FeatureHistory, UsageHistory
    from billing.metering.services.read_usage_history import DayOfUse


def history_view(first: str, last: str, history: Mapping[str, tuple[DayOfUse, ...]]) -> UsageHistory:
    """By feature and day."""
    return {"from": first, "to": last, "features": [_feature(*each) for each in history.items()]}


def _feature(name: str, days: tuple[DayOfUse, ...]) -> FeatureHistory:
    return {"feature": name, "days": [_day(each) for each in days]}


def _day(day: DayOfUse) -> DayView:
    return {"date": day.date, "quantity": written(day.quantity, day.decimals), "events": day.events}

"""What an organization used, day by day and feature by feature."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.core.quantity import Quantity

if TYPE_CHECKING:
    from billing.metering.domain.adjustment import Adjustment
    from billing.metering.services.ports import AdjustmentStore, UsageStore


@dataclass(frozen=True, slots=True)
class History:
    """What is kept of past use; the store of adjustments is made where there are some."""

    uses: UsageStore
    adjustments: Callable[[], AdjustmentStore]


@dataclass(frozen=True, slots=True)
class DayOfUse:
    """What all subscriptions together used of one feature on a UTC date, in so many events. The quantity is in steps of
    10^-`decimals`."""

    date: str
    quantity: int
    events: int
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class FeatureUse:
    """The days on which one feature was used, and the adjustments of its meters, oldest first."""

    days: tuple[DayOfUse, ...]
    adjustments: tuple[Adjustment, ...] = ()


def read_usage_history(
    organization_id: str, first: str, last: str, feature: str | None, history: History
) -> Mapping[str, FeatureUse]:
    """By feature, each day on which it was used from the UTC date `first` to `last`, both included: one query, and one
    more where meters were adjusted on these days.

    Without a `feature` all of them are meant.
    """
    found: dict[str, dict[str, DayOfUse]] = defaultdict(dict)
    days = [each for each in history.uses.days(organization_id, first, last) if feature in (None, each.feature)]
    for day in days:
        known = found[day.feature].get(day.date, DayOfUse(day.date, 0, 0))
        both = Quantity(known.quantity, known.decimals) + Quantity(day.quantity, day.decimals)
        found[day.feature][day.date] = DayOfUse(day.date, both.steps, known.events + day.events, both.decimals)
    made: dict[str, list[Adjustment]] = defaultdict(list)
    if any(day.adjusted for day in days):
        for each in history.adjustments().adjustments(organization_id, first, last):
            made[each.feature].append(each)
    return {
        name: FeatureUse(tuple(found[name][date] for date in sorted(found[name])), tuple(made[name]))
        for name in sorted(found)
    }

"""What an organization used, day by day and feature by feature."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from billing.metering.services.ports import UsageStore


@dataclass(frozen=True, slots=True)
class DayOfUse:
    """What all subscriptions together used of one feature on a UTC date, in so many events. The quantity is in steps of
    10^-`decimals`."""

    date: str
    quantity: int
    events: int
    decimals: int = 0


def read_usage_history(
    organization_id: str, first: str, last: str, feature: str | None, store: UsageStore
) -> Mapping[str, tuple[DayOfUse, ...]]:
    """By feature, each day on which it was used from the UTC date `first` to `last`, both included: one query.

    Without a `feature` all of them are meant.
    """
    found: dict[str, dict[str, DayOfUse]] = defaultdict(dict)
    for day in store.days(organization_id, first, last):
        if feature in (None, day.feature):
            known = found[day.feature].get(day.date, DayOfUse(day.date, 0, 0))
            added = DayOfUse(day.date, known.quantity + day.quantity, known.events + day.events, day.decimals)
            found[day.feature][day.date] = added
    return {name: tuple(found[name][date] for date in sorted(found[name])) for name in sorted(found)}

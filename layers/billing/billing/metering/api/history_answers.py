"""What is answered of past use."""

from typing import NotRequired, TypedDict

from billing.metering.api.answers import SplitView


class DayView(TypedDict):
    """What was used on one UTC date, and in how many events."""

    date: str
    quantity: int | str
    events: int


class MeterAdjustment(TypedDict):
    """Units that a meter counts beside those of uses, or fewer below zero; the days have them, too."""

    feature: str
    quantity: int | str
    occurredAt: int
    """UTC seconds: in whose day and period they count."""
    at: int
    """When it was made, in UTC seconds."""
    billed: SplitView
    """Below zero for what no longer counts, and for its money."""
    key: NotRequired[str]
    """For machines with `billing:admin` alone, as are `by` and `reason`."""
    by: NotRequired[str]
    reason: NotRequired[str]


class FeatureHistory(TypedDict):
    """The days on which one feature was used; a day that is not there saw none."""

    feature: str
    days: list[DayView]
    adjustments: NotRequired[list[MeterAdjustment]]
    """What its meters were adjusted by, oldest first; not there where they were not."""


UsageHistory = TypedDict("UsageHistory", {"from": str, "to": str, "features": list[FeatureHistory]})
"""What was used, by feature and day, both UTC dates included. Made for charts: a gate asks for entitlements."""

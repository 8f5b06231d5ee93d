"""What is answered of past use."""

from typing import TypedDict


class DayView(TypedDict):
    """What was used on one UTC date, and in how many events."""

    date: str
    quantity: int | str
    events: int


class FeatureHistory(TypedDict):
    """The days on which one feature was used; a day that is not there saw none."""

    feature: str
    days: list[DayView]


UsageHistory = TypedDict("UsageHistory", {"from": str, "to": str, "features": list[FeatureHistory]})
"""What was used, by feature and day, both UTC dates included. Made for charts: a gate asks for entitlements."""

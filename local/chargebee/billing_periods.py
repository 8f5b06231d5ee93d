"""Billing terms: when the next one ends, counted from the first so that the 31st does not become the 28th for ever."""

import calendar
from datetime import UTC, datetime, timedelta, tzinfo

from local.chargebee.store import Resource

_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "year": 12}


def term_end(anchor: int, after: int, period: int, unit: str, zone: tzinfo = UTC) -> int:
    """The first multiple of the period since `anchor` that lies after `after` (UTC seconds).

    Days and months are those of the site's time zone.
    """
    count = 1
    while (end := moment_after(anchor, count * period, unit, zone)) <= after:
        count += 1
    return end


def moment_after(moment: int, count: int, unit: str, zone: tzinfo = UTC) -> int:
    """So many days, weeks, months or years later, at the same time of day in the zone; both are UTC seconds."""
    start = datetime.fromtimestamp(moment, zone)
    if unit in _DAYS:
        return int((start + timedelta(days=count * _DAYS[unit])).timestamp())
    months = start.month - 1 + count * _MONTHS[unit]
    year, month = start.year + months // 12, months % 12 + 1
    day = min(start.day, calendar.monthrange(year, month)[1])
    return int(start.replace(year=year, month=month, day=day).timestamp())


def monthly(subscription: Resource) -> int:
    """Recurring revenue a month, in minor units."""
    total: int = sum(item["amount"] for item in subscription["subscription_items"])
    period, unit = subscription["billing_period"], subscription["billing_period_unit"]
    months: float = period * _MONTHS[unit] if unit in _MONTHS else period * _DAYS[unit] / 30
    return round(total / months)

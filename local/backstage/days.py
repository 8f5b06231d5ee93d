"""Usage, revenue and cost of each day, as the table's rollups have them, for pictures."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from local.backstage.reading import Json, RunningStack, plain


@dataclass(slots=True)
class Day:
    """One feature on one day, under whatever subscription; money is in micros, by currency."""

    date: str
    feature: str
    quantity: int = 0
    revenue: dict[str, int] = field(default_factory=dict)
    cost: dict[str, int] = field(default_factory=dict)


def days_of(rows: Iterable[Json]) -> list[Day]:
    """In order of date; rollups of several subscriptions are one day."""
    days: dict[tuple[str, str], Day] = {}
    for row in rows:
        date, feature, _ = row["sk"].split("#", 2)
        day = days.setdefault((date, feature), Day(date, feature))
        day.quantity += row.get("quantity", 0)
        _add(day.revenue, row, "revenue#")
        _add(day.cost, row, "cost#")
    return sorted(days.values(), key=lambda day: (day.date, day.feature))


def _add(money: dict[str, int], row: Json, prefix: str) -> None:
    for name, micros in row.items():
        if name.startswith(prefix):
            currency = name.removeprefix(prefix)
            money[currency] = money.get(currency, 0) + micros


def read_days(stack: RunningStack, organization_id: str) -> list[Day]:
    query = {
        "TableName": stack.table,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": f"DAY#{organization_id}"}},
    }
    pages = stack.target.client("dynamodb").get_paginator("query").paginate(**query)
    return days_of(plain(item) for page in pages for item in page["Items"])

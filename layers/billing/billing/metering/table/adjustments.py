"""Adjustments of meters in the one table, each key once, and by the day that they are of."""

from collections.abc import Mapping, Sequence
from typing import Any

from billing.metering.domain.adjustment import AdjustedMeter, Adjustment
from billing.metering.table.billed_days import date_of
from billing.metering.table.corrections import balance_writes, subtractions
from billing.metering.table.splits import SPLIT_FORM
from billing.table.codec import Attributes, Codec, decode, encode, key, successor
from billing.table.dynamodb import Table
from billing.table.writes import put, put_once

ADJUSTMENT = Codec(Adjustment, SPLIT_FORM)


def adjustment_key(organization_id: str, adjustment_key: str) -> Attributes:
    """One adjustment, beside the corrections of uses: no key of those begins like it."""
    return key(f"CORRECTION#{organization_id}", f"#METER#{adjustment_key}")


def adjustment_item(organization_id: str, adjustment: Adjustment) -> Attributes:
    """The whole adjustment; it stays."""
    return adjustment_key(organization_id, adjustment.key) | encode(ADJUSTMENT.values(adjustment))


def read_adjustment(item: Mapping[str, Any]) -> Adjustment:
    """The inverse of `adjustment_item`."""
    return ADJUSTMENT.read(decode(item))


class DynamoAdjustments:
    """`AdjustmentStore` on the one table."""

    def __init__(self, client: Any, table: str) -> None:
        self._table = Table(client, table)

    def adjustment(self, organization_id: str, key: str) -> Adjustment | None:
        """One read."""
        item = self._table.get(adjustment_key(organization_id, key))
        return read_adjustment(item) if item else None

    def adjust(self, organization_id: str, made: AdjustedMeter) -> None:
        """One transaction: the adjustment, by its key and by its day, and what it counts for elsewhere."""
        item = adjustment_item(organization_id, made.adjustment)
        by_day = put(item | _day_key(organization_id, made.adjustment))
        added = subtractions(made.change) | {"adjusted": 1}
        self._table.transact([*balance_writes(organization_id, made.change, added), put_once(item), by_day])

    def adjustments(self, organization_id: str, first: str, last: str) -> Sequence[Adjustment]:
        """One query of the days between."""
        found = self._table.between(f"CORRECTION#{organization_id}", f"#DAY#{first}", successor(f"#DAY#{last}#"))
        return [read_adjustment(item) for item in found]


def _day_key(organization_id: str, made: Adjustment) -> Attributes:
    return key(f"CORRECTION#{organization_id}", f"#DAY#{date_of(made.moment)}#{made.at:012d}#{made.key}")

"""The plans in the table, and how many organizations have each."""

from collections.abc import Mapping, Sequence
from typing import Any

from billing.subscriptions.table.rows import plan_partitions
from billing.table.codec import decode, encode, key
from billing.table.dynamodb import Table
from billing.table.writes import delete, put

PARTITION = "PLAN"
INDEX = "organizations_by_plan"


class DynamoPlanRows:
    """`PlanRows` on the one table."""

    def __init__(self, client: Any, table: str) -> None:
        self._table = Table(client, table)

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """One query, strongly consistent."""
        return [decode(item) for item in self._table.partition(PARTITION)]

    def put(self, plan: str, entry: Mapping[str, Any]) -> None:
        """One put: a row is a plan, whole."""
        self._table.put(put(key(PARTITION, plan) | encode(entry)))

    def remove(self, plan: str) -> None:
        """One delete."""
        self._table.transact([delete(key(PARTITION, plan))])

    def subscribed(self, item_price_id: str) -> int:
        """Counted on the index of organizations by their newest subscription's item price; no organization is read.

        One query for each partition of the plan's, and for each megabyte more.
        """
        return sum(map(self._counted, plan_partitions(item_price_id)))

    def _counted(self, partition: str) -> int:
        options: dict[str, Any] = {"IndexName": INDEX, "Select": "COUNT"}
        counted = 0
        while True:
            page = self._table.page("listed_plan = :plan", {":plan": partition}, **options)
            counted += int(page["Count"])
            if "LastEvaluatedKey" not in page:
                return counted
            options["ExclusiveStartKey"] = page["LastEvaluatedKey"]

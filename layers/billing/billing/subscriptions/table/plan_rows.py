"""The plans in the table, and how many organizations have each."""

from collections.abc import Iterator, Mapping, Sequence
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
        """Counted on the index of plans, which has each organization by its newest subscription and by every live one,
        one of before from its next news on. No organization is read.

        One query for each of the plan's partitions, and for each megabyte more.
        """
        return len({owner for partition in plan_partitions(item_price_id) for owner in self._owners(partition)})

    def _owners(self, partition: str) -> Iterator[str]:
        found = self._table.items(
            "listed_plan = :plan", {":plan": partition}, IndexName=INDEX, ProjectionExpression="pk"
        )
        return (item["pk"]["S"] for item in found)

"""The plans in the table, and how many organizations have each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from billing.subscriptions.table.rows import plan_partitions
from billing.table.codec import decode, encode, key
from billing.table.dynamodb import Table
from billing.table.writes import Write, delete, put, put_version

PARTITION = "PLAN"
WRITES = "PLANS"
"""The row that counts the writes of all plans. It is apart: whoever reads the catalog takes each row for a plan."""

INDEX = "organizations_by_plan"


class DynamoPlanRows:
    """`PlanRows` on the one table."""

    def __init__(self, client: Any, table: str) -> None:
        self._table = Table(client, table)

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """One query, strongly consistent."""
        return [decode(item) for item in self._table.partition(PARTITION)]

    def writes(self) -> int:
        """One query, strongly consistent."""
        return next((int(decode(item)["version"]) for item in self._table.partition(WRITES)), 0)

    def put(self, plan: str, entry: Mapping[str, Any], seen: int) -> None:
        """One transaction: a row is a plan, whole."""
        self._table.transact([_counted(seen), put(key(PARTITION, plan) | encode(entry))])

    def remove(self, plan: str, seen: int) -> None:
        """One transaction."""
        self._table.transact([_counted(seen), delete(key(PARTITION, plan))])

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


def _counted(seen: int) -> Write:
    """One write more, so that of two at once the second is judged anew."""
    return put_version(key(WRITES, WRITES) | encode({"version": seen + 1}), seen)

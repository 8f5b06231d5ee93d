"""A crowd of organizations that nobody wrote: the list's index makes its rows up as it is asked for them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any

import pytest
from botocore.client import BaseClient

from billing.organizations.table.directory import INDEXES
from billing.subscriptions.domain.organization import Organization
from billing.subscriptions.table.rows import all_partitions, listed_values, organization_item
from billing.table.codec import Attributes
from tests.deployment.template import resources

NAME = "crowd_"
Answer = dict[str, Any]


@dataclass
class Crowd:
    """So many organizations beside those that are written, and how often anything was asked about them."""

    size: int = 0
    asked: int = 0

    def page(self, query: Mapping[str, Any], written: Answer) -> Answer:
        """What the index answers when `written` is what it has without the crowd: one more item is left for later."""
        values, limit = query["ExpressionAttributeValues"], query["Limit"]
        behind = query.get("ExclusiveStartKey", {}).get("pk", values[":after"])["S"]
        made_up = self._behind(behind, values[":partition"]["S"])
        rows = list(islice(merge(written["Items"], made_up, key=lambda row: row["pk"]["S"]), limit + 1))
        more = {"LastEvaluatedKey": _key(rows[limit - 1])} if len(rows) > limit else {}
        kept = {name: value for name, value in written.items() if name != "LastEvaluatedKey"}
        return {**kept, "Items": rows[:limit], "Count": len(rows[:limit]), **more}

    def _behind(self, pk: str, partition: str) -> Iterator[Attributes]:
        """Nothing is in the partition of older versions, which is the first."""
        _, _, number = pk.partition(f"ORG#{NAME}")
        first = int(number) + 1 if number else 0 if pk < f"ORG#{NAME}" else self.size
        numbers = range(first, self.size) if partition in all_partitions()[1:] else ()
        return (listed(each) for each in numbers if listed_values(_name(each), None)["listed"] == partition)


def listed(number: int) -> Attributes:
    """An organization of the crowd as the index has it."""
    row = row_of(number)
    [table] = resources("AWS::DynamoDB::Table").values()
    [index] = [each for each in table["GlobalSecondaryIndexes"] if each["IndexName"] == INDEXES["listed"]]
    kept = {"pk", "sk", "listed", *index["Projection"]["NonKeyAttributes"]}
    return {name: value for name, value in row.items() if name in kept}


def row_of(number: int) -> Attributes:
    """The same as the table would have it."""
    name = _name(number)
    return organization_item(Organization(id=name, display_name=f"Company {number}", customer_id=name))


def _name(number: int) -> str:
    return f"{NAME}{number:07}"


def _key(row: Attributes) -> Attributes:
    return {name: row[name] for name in ("pk", "sk", "listed")}


@contextmanager
def in_the_table() -> Iterator[Crowd]:
    """The table of every boto3 client of this process has the crowd in it."""
    crowd, call = Crowd(), BaseClient._make_api_call

    def crowded(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        answer = call(client, operation, parameters)
        if operation == "Query" and parameters.get("IndexName") == INDEXES["listed"]:
            crowd.asked += 1
            return crowd.page(parameters, answer) if crowd.size else answer
        crowd.asked += NAME in str(parameters)
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", crowded)
        yield crowd

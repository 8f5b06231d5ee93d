"""The list of organizations, through two indexes that hold nothing else: a page costs what the page holds."""

from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import groupby, islice
from typing import Any

from billing.organizations.services.list_organizations import OrganizationPage, OrganizationSummary
from billing.subscriptions.table.rows import all_partitions, organization_key, plan_partitions
from billing.table.codec import SHARDS, Attributes, Codec, decode
from billing.table.dynamodb import Table

INDEXES = {"listed": "organizations", "listed_plan": "organizations_by_plan"}
"""By the attribute that each is partitioned by; both are sorted by the organization's own key."""

SLACK = 8
"""Items more than a partition's even share of a page: rarely does one have to be asked twice."""

LISTED = Codec(OrganizationSummary, attributes={"plan_id": "plan"})


class DynamoDirectory:
    """`Directory`. An index follows the table within moments, and is only written when what it shows changes.

    A page takes one query of each partition, seventeen, and seldom one more.
    """

    def __init__(self, client: Any, table: str) -> None:
        self._table = Table(client, table)

    def everybody(self, after: str, limit: int) -> OrganizationPage:
        """In order over all partitions."""
        return self._page("listed", all_partitions(), after, limit)

    def of_plan(self, plan_id: str | None, after: str, limit: int) -> OrganizationPage:
        """In order over all of the plan's partitions."""
        return self._page("listed_plan", plan_partitions(plan_id), after, limit)

    def ids(self) -> Iterator[str]:
        """Everybody's, in no order, and seldom one twice: one query for each partition, and for each megabyte more."""
        for partition in all_partitions():
            found = self._table.items("listed = :partition", {":partition": partition}, IndexName=INDEXES["listed"])
            yield from (item["id"]["S"] for item in found)

    def _page(self, attribute: str, partitions: Sequence[str], after: str, limit: int) -> OrganizationPage:
        """One item more than the page tells whether there is another page."""
        condition, behind = f"{attribute} = :partition AND pk > :after", decode(organization_key(after))["pk"]
        options = {"IndexName": INDEXES[attribute], "Limit": (limit + 1) // SHARDS + SLACK}
        shards = (
            self._table.items(condition, {":partition": partition, ":after": behind}, **options)
            for partition in partitions
        )
        found = list(islice(_each_once(merge(*shards, key=_key)), limit + 1))
        page = [LISTED.read(decode(item)) for item in found[:limit]]
        return OrganizationPage(page, page[-1].id if len(found) > limit else None)


def _each_once(items: Iterator[Attributes]) -> Iterator[Attributes]:
    """One that moves from one partition to another while they are read may be met in both."""
    return (next(same) for _, same in groupby(items, key=_key))


def _key(item: Attributes) -> str:
    key: str = item["pk"]["S"]
    return key

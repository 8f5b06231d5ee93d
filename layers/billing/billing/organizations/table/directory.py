"""The list of organizations, through two indexes: a page costs what the page holds."""

from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import groupby, islice
from typing import Any

from billing.organizations.services.list_organizations import OrganizationPage, OrganizationSummary
from billing.subscriptions.table.rows import all_partitions, held_partitions, organization_key, plan_partitions
from billing.table.codec import SHARDS, Attributes, Codec, decode
from billing.table.dynamodb import Table

INDEXES = {"listed": "organizations", "listed_plan": "organizations_by_plan"}
"""By the attribute that each is partitioned by; both are sorted by the organization's own key."""

SLACK = 8
"""Items more than a partition's even share of a page: rarely does one have to be asked twice."""

LISTED = Codec(OrganizationSummary, attributes={"plan_id": "plan"})


class DynamoDirectory:
    """`Directory`. An index follows the table within moments, and is only written when what it shows changes.

    A page takes one query of each partition, seventeen, and seldom one more. One of a plan takes those of each of its
    item prices, and of the subscriptions to it sixteen more.
    """

    def __init__(self, client: Any, table: str) -> None:
        self._table = Table(client, table)

    def everybody(self, after: str, limit: int) -> OrganizationPage:
        """In order over all partitions."""
        return self._page("listed", all_partitions(), after, limit)

    def of_nothing(self, after: str, limit: int) -> OrganizationPage:
        """In order over all partitions."""
        return self._page("listed_plan", plan_partitions(None), after, limit)

    def of_plan(self, item_price_ids: Sequence[str], after: str, limit: int) -> OrganizationPage:
        """In order over all partitions of the item prices: of who has one as the newest, and of who has one at all."""
        partitions = [each for price in item_price_ids for each in (*plan_partitions(price), *held_partitions(price))]
        return self._page("listed_plan", partitions, after, limit)

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
        page = [summary for item in found[:limit] if (summary := self._summary(item))]
        last = _key(found[limit - 1]).removeprefix(_key(organization_key(""))) if len(found) > limit else None
        return OrganizationPage(page, last)

    def _summary(self, item: Attributes) -> OrganizationSummary | None:
        """As the index has the organization. One that is in it by a subscription alone is read, and is None if it was
        deleted."""
        if item["sk"]["S"] != "ORG":
            item = next((row for row in self._table.between(_key(item), "ORG", "ORG") if "listed" in row), {})
        return LISTED.read(decode(item)) if item else None


def _each_once(items: Iterator[Attributes]) -> Iterator[Attributes]:
    """One that moves from one partition to another while they are read may be met in both; by itself rather than by a
    subscription."""
    for _, same in groupby(items, key=_key):
        rows = list(same)
        yield next((row for row in rows if row["sk"]["S"] == "ORG"), rows[0])


def _key(item: Attributes) -> str:
    key: str = item["pk"]["S"]
    return key

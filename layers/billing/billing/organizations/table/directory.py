"""The list of organizations, through two indexes: a page costs what the page holds."""

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

    A page takes one query of each partition, seventeen, and seldom one more; one of a plan takes them for each of its
    item prices.
    """

    def __init__(self, client: Any, table: str) -> None:
        self._table = Table(client, table)

    def everybody(self, after: str, limit: int) -> OrganizationPage:
        """In order over all partitions."""
        return self._page("listed", all_partitions(), after, limit)

    def of_nothing(self, after: str, limit: int) -> OrganizationPage:
        """In order over all partitions of those that have no plan."""
        return self._page("listed_plan", plan_partitions(None), after, limit)

    def of_plan(self, item_price_ids: Sequence[str], after: str, limit: int) -> OrganizationPage:
        """In order over all partitions of each item price; and one read for each organization of the page that has it
        by another subscription than its newest."""
        partitions = [partition for each in item_price_ids for partition in plan_partitions(each)]
        return self._page("listed_plan", partitions, after, limit)

    def ids(self) -> Iterator[str]:
        """Everybody's, in no order, and seldom one twice: one query for each partition, and for each megabyte more."""
        for partition in all_partitions():
            found = self._table.items("listed = :partition", {":partition": partition}, IndexName=INDEXES["listed"])
            yield from (item["id"]["S"] for item in found)

    def _page(self, attribute: str, partitions: Sequence[str], after: str, limit: int) -> OrganizationPage:
        """One organization more than the page tells whether there is another page. One that moves from one partition to
        another while they are read is met in both, and is there once."""
        condition, behind = f"{attribute} = :partition AND pk > :after", decode(organization_key(after))["pk"]
        options = {"IndexName": INDEXES[attribute], "Limit": (limit + 1) // SHARDS + SLACK}
        shards = (
            self._table.items(condition, {":partition": partition, ":after": behind}, **options)
            for partition in partitions
        )
        owned = ((owner, list(items)) for owner, items in groupby(merge(*shards, key=_owner), key=_owner))
        found = list(islice(owned, limit + 1))
        page = [listed for owner, items in found[:limit] if (listed := self._summary(owner, items))]
        last = found[limit - 1][0].removeprefix(decode(organization_key(""))["pk"]) if len(found) > limit else None
        return OrganizationPage(page, last)

    def _summary(self, owner: str, items: Sequence[Attributes]) -> OrganizationSummary | None:
        """As the index has the organization. One that is in it by a subscription alone is read, and is None if it was
        deleted."""
        item = next((each for each in items if each["sk"]["S"] == "ORG"), None)
        if item is None:
            item = next((row for row in self._table.between(owner, "ORG", "ORG") if "listed" in row), None)
        return LISTED.read(decode(item)) if item else None


def _owner(item: Attributes) -> str:
    owner: str = item["pk"]["S"]
    return owner

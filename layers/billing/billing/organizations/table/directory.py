"""The list of organizations, through two indexes: a page costs what the page holds."""

from collections.abc import Iterable, Sequence
from typing import Any

from billing.organizations.services.list_organizations import OrganizationPage, OrganizationSummary
from billing.subscriptions.table.rows import held_values, listed_values, organization_key
from billing.table.codec import Attributes, Codec, decode
from billing.table.dynamodb import Table

INDEXES = {"listed": "organizations", "listed_plan": "organizations_by_plan"}
"""By the attribute that each is partitioned by; both are sorted by the organization's own key."""

LISTED = Codec(OrganizationSummary, attributes={"plan_id": "plan"})


class DynamoDirectory:
    """`Directory`. An index follows the table within moments, and is only written when what it shows changes."""

    def __init__(self, client: Any, table: str) -> None:
        self._table = Table(client, table)

    def everybody(self, after: str, limit: int) -> OrganizationPage:
        """One query."""
        return self._page((("listed", listed_values(None)["listed"]),), after, limit)

    def of_nothing(self, after: str, limit: int) -> OrganizationPage:
        """One query."""
        return self._page((("listed_plan", listed_values(None)["listed_plan"]),), after, limit)

    def of_plan(self, item_price_ids: Sequence[str], after: str, limit: int) -> OrganizationPage:
        """Two queries for each item price, of who has it as the newest and of who has it; and one for each organization
        of the page whose newest is another."""
        values = [values for each in item_price_ids for values in (listed_values(each), held_values(each))]
        return self._page([("listed_plan", each["listed_plan"]) for each in values], after, limit)

    def _page(self, partitions: Iterable[tuple[str, str]], after: str, limit: int) -> OrganizationPage:
        """One item more than the page tells whether there is another page."""
        found: dict[str, Attributes] = {}
        for attribute, partition in partitions:
            answer = self._table.page(
                f"{attribute} = :partition AND pk > :after",
                {":partition": partition, ":after": decode(organization_key(after))["pk"]},
                IndexName=INDEXES[attribute],
                Limit=limit + 1,
            )
            found = {item["pk"]["S"]: item for item in answer["Items"]} | found
        keys = sorted(found)[:limit]
        page = [summary for each in keys if (summary := self._summary(found[each]))]
        return OrganizationPage(
            page, keys[-1].removeprefix(organization_key("")["pk"]["S"]) if len(found) > limit else None
        )

    def _summary(self, item: Attributes) -> OrganizationSummary | None:
        """As the index has the organization. One that is in it by a subscription alone is read, and is None if it was
        deleted."""
        if item["sk"]["S"] != "ORG":
            item = next((row for row in self._table.between(item["pk"]["S"], "ORG", "ORG") if "listed" in row), {})
        return LISTED.read(decode(item)) if item else None

"""The list of organizations, through two indexes that hold nothing else: a page costs what the page holds."""

from typing import Any

from billing.organizations.services.list_organizations import OrganizationPage, OrganizationSummary
from billing.subscriptions.table.rows import listed_values, organization_key
from billing.table.codec import Codec, decode
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
        return self._page("listed", None, after, limit)

    def of_plan(self, plan_id: str | None, after: str, limit: int) -> OrganizationPage:
        """One query."""
        return self._page("listed_plan", plan_id, after, limit)

    def _page(self, attribute: str, plan_id: str | None, after: str, limit: int) -> OrganizationPage:
        """One item more than the page tells whether there is another page."""
        answer = self._table.page(
            f"{attribute} = :partition AND pk > :after",
            {":partition": listed_values(plan_id)[attribute], ":after": decode(organization_key(after))["pk"]},
            IndexName=INDEXES[attribute],
            Limit=limit + 1,
        )
        page = [LISTED.read(decode(item)) for item in answer["Items"][:limit]]
        more = len(answer["Items"]) > limit or "LastEvaluatedKey" in answer
        return OrganizationPage(page, page[-1].id if page and more else None)

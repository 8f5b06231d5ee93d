"""Organizations page by page, of one plan or all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from billing.plans.plan import Catalog

NOTHING = "none"
"""The plan of whoever subscribes to nothing, where the catalog has no default plan."""


@dataclass(frozen=True, slots=True)
class OrganizationSummary:
    """What a list shows of an organization. `plan_id` is the newest item price that it subscribes to."""

    id: str
    display_name: str = ""
    customer_id: str | None = None
    plan_id: str | None = None
    trial_used_at: int | None = None


@dataclass(frozen=True, slots=True)
class OrganizationPage:
    """In the order of their ids. `last` is the id behind which the next page begins, None when this is the last."""

    organizations: Sequence[OrganizationSummary]
    last: str | None


class Directory(Protocol):
    """The organizations in the table, without the deleted. A change shows a moment after it was made.

    The order is by id: an organization that stays in the list appears exactly once, even if others change between two
    pages.
    """

    def everybody(self, after: str, limit: int) -> OrganizationPage:
        """`limit` organizations behind the id `after`; empty text for the first page."""

    def of_plan(self, item_price_ids: Sequence[str], after: str, limit: int) -> OrganizationPage:
        """The ones that have a live subscription to one of those item prices."""

    def of_nothing(self, after: str, limit: int) -> OrganizationPage:
        """The ones that subscribe to nothing."""


def list_organizations(
    plan: str | None, after: str, limit: int, directory: Directory, catalog: Catalog
) -> OrganizationPage:
    """A page of `limit` organizations behind the id `after`, of a plan, or of an item price, if one is named."""
    if plan is None:
        return directory.everybody(after, limit)
    if plan == plan_of_nothing(catalog):
        return directory.of_nothing(after, limit)
    return directory.of_plan(catalog.priced(plan) or (plan,), after, limit)


def plan_of_nothing(catalog: Catalog) -> str:
    """The plan that a list shows for an organization without a subscription: the default plan, or `none`."""
    return catalog.default.item_price_id if catalog.default else NOTHING

"""The list of an organization's subscriptions."""

from typing import Any

from billing.core.errors import InvalidRequest
from billing.plans.plan import Catalog
from billing.runtime.http import Request
from billing.subscriptions.api.views import checkout_view
from billing.subscriptions.domain.access import Policy, access
from billing.subscriptions.domain.organization import Partition
from billing.subscriptions.domain.published import published_subscription
from billing.subscriptions.domain.subscription import Subscription

PAGE = 50


def listing(request: Request, partition: Partition, catalog: Catalog, policy: Policy, now: int) -> dict[str, Any]:
    """Live subscriptions, newest first; with `history=true` the ended ones behind them, in pages of `cursor`.

    An open checkout is not a subscription and grants nothing: it is shown apart, as `pendingCheckout`.
    Raises InvalidRequest for a cursor that names nothing.
    """
    history = request.query.get("history") == "true"
    rows = partition.newest_first if history else partition.live
    page, cursor = _page(rows, request.query.get("cursor"))
    checkout = partition.organization.checkout if partition.organization and not partition.live else None
    return {
        "subscriptions": [published_subscription(row, catalog, access(row, policy, now)) for row in page],
        "cursor": cursor,
        "pendingCheckout": checkout_view(checkout) if checkout else None,
    }


def _page(rows: tuple[Subscription, ...], after: str | None) -> tuple[tuple[Subscription, ...], str | None]:
    """The rows behind the one that the cursor names, and the cursor of the next page."""
    start = 0
    if after is not None:
        start = next((place for place, row in enumerate(rows, 1) if row.id == after), 0)
        if start == 0:
            raise InvalidRequest("The cursor is not one of this list's.")
    page = rows[start : start + PAGE]
    return page, page[-1].id if len(rows) > start + PAGE else None

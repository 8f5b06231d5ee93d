"""How the list of subscriptions looks in the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.subscriptions.domain.published import published_subscription

if TYPE_CHECKING:
    from billing.plans.plan import Catalog
    from billing.subscriptions.api.answers import CheckoutView, SubscriptionList
    from billing.subscriptions.domain.organization import Checkout
    from billing.subscriptions.services.list_subscriptions import SubscriptionPage


def list_view(page: SubscriptionPage, catalog: Catalog) -> SubscriptionList:
    """A page of the list. An open checkout is shown apart, as `pendingCheckout`, unless it cannot be paid any more."""
    return {
        "subscriptions": [published_subscription(each.row, catalog, each.access) for each in page.subscriptions],
        "cursor": page.cursor,
        "pendingCheckout": _checkout_view(page.checkout) if page.checkout and _payable(page, catalog) else None,
    }


def _payable(page: SubscriptionPage, catalog: Catalog) -> bool:
    """Whether nothing of its line is live."""
    if not page.live or page.checkout is None:
        return True
    from billing.subscriptions.domain.line import in_the_way  # noqa: PLC0415 - hardly ever

    plan = catalog.plans.get(page.checkout.selection.item_price_id)
    return plan is not None and not in_the_way(page.live, plan.line, catalog)


def _checkout_view(checkout: Checkout) -> CheckoutView:
    return {
        "id": checkout.subscription_id,
        "itemPriceId": checkout.selection.item_price_id,
        "seats": checkout.selection.seats,
        "openedAt": checkout.opened_at,
    }

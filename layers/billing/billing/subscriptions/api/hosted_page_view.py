"""How a hosted page of a subscription looks in the API."""

from billing.subscriptions.api.answers import SubscriptionPage
from billing.subscriptions.services.ports import OpenedCheckout


def hosted_view(opened: OpenedCheckout) -> SubscriptionPage:
    """`id` is the page's; `subscriptionId` is the subscription's, known before it is paid."""
    return {"mode": "hosted", "url": opened.page.url, "id": opened.page.id, "subscriptionId": opened.subscription_id}

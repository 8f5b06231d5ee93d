"""How an announcement waits in the table for the relay."""

from billing.subscriptions.domain.news import News
from billing.table.attributes import Attributes, encode

OUTBOX_LIFETIME = 7 * 86_400
"""Seconds for which an announcement that was relayed can still be looked at."""


def news_item(organization_id: str, customer_id: str | None, news: News) -> Attributes:
    """An outbox row, read as those of subscriptions are."""
    values = {
        "pk": f"OUTBOX#{organization_id}",
        "sk": news.name,
        "organization_id": organization_id,
        "customer_id": customer_id,
        "key": f"{organization_id}#{news.name}",
        "transition": str(news.transition),
        "at": news.at,
        "details": dict(news.details),
        "expires_at": news.at + OUTBOX_LIFETIME,
    }
    return encode(values)

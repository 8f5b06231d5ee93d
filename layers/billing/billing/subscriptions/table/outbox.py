"""How an announcement waits in the table for the relay."""

from collections.abc import Mapping
from typing import Any

from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.domain.transition import Transition
from billing.subscriptions.table.older_outbox import content_of
from billing.subscriptions.table.rows import (
    OUTBOX_LIFETIME,
    Attributes,
    encode,
    known_fields,
    known_values,
    read_subscription_values,
)

VERSION = 1
"""Of the rows: those of before have none, and tell their content in other words."""


def outbox_item(announcement: Announcement, now: int) -> Attributes:
    """The row, under the announcement's name: of its subscription as the table keeps it, of all else as published."""
    subscription = announcement.subscription
    values = {
        "pk": f"OUTBOX#{announcement.organization_id}",
        "sk": announcement.name,
        "version": VERSION,
        "key": announcement.key,
        "transition": str(announcement.transition),
        "organization_id": announcement.organization_id,
        "customer_id": announcement.customer_id,
        "at": announcement.at,
        "subscription": known_values(subscription) if subscription else None,
        "content": dict(announcement.content) or None,
        "details": _older_details(announcement),
        "expires_at": now + OUTBOX_LIFETIME,
    }
    return encode(values)


def read_announcement(values: Mapping[str, Any]) -> Announcement:
    """The inverse of `outbox_item`, of the decoded row; rows of before are read too.

    Raises ValueError for a transition that this version does not know.
    """
    known = known_fields(Announcement, values)
    subscription = known.get("subscription")
    known["transition"] = transition = Transition(known["transition"])
    known["subscription"] = read_subscription_values(subscription) if subscription else None
    if "version" not in values and "details" in values:
        known["content"] = content_of(transition, int(values["at"]), values["details"])
    return Announcement(**{"customer_id": None, **known})


def _older_details(announcement: Announcement) -> dict[str, Any] | None:
    """What a relay of before asks of a low wallet, while a deployment or a rollback leaves one at work."""
    if announcement.transition is not Transition.WALLET_LOW:
        return None
    rule = announcement.content.get("autoTopUp")
    currency = announcement.content["wallet"]["currency"]
    return {"currency": currency, "auto_top_up": bool(rule and rule["enabled"])}

"""How an announcement waits in the table for the relay."""

from collections.abc import Mapping
from typing import Any

from billing.core.clock import DAY
from billing.core.invocation import cause
from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.domain.transition import Transition
from billing.subscriptions.table.rows import read_subscription_values, subscription_values
from billing.table.attributes import Attributes, encode, key
from billing.table.codec import Codec, Form

OUTBOX_LIFETIME = 7 * DAY
"""Seconds for which an announcement that was relayed can still be looked at."""

VERSION = 1
"""Of the rows: those of before have none, and tell their content in other words."""


ANNOUNCEMENT = Codec(Announcement, forms={"subscription": Form(subscription_values, read_subscription_values)})


def outbox_item(announcement: Announcement, now: int) -> Attributes:
    """The row, under the announcement's name: of its subscription as the table keeps it, of all else as published.

    It notes what began the work that is under way.
    """
    values = {
        **cause(),
        **ANNOUNCEMENT.values(announcement),
        "version": VERSION,
        "content": dict(announcement.content) or None,
        "details": _older_details(announcement),
        "expires_at": now + OUTBOX_LIFETIME,
    }
    return key(f"OUTBOX#{announcement.organization_id}", announcement.name) | encode(values)


def read_announcement(values: Mapping[str, Any]) -> Announcement:
    """The inverse of `outbox_item`, of the decoded row; rows of before are read too.

    Raises ValueError for a transition that this version does not know.
    """
    if "version" not in values and "details" in values:
        from billing.subscriptions.table.older_outbox import content_of  # noqa: PLC0415 - rows of before only

        content = content_of(Transition(values["transition"]), int(values["at"]), values["details"])
        return ANNOUNCEMENT.read({**values, "content": content})
    return ANNOUNCEMENT.read(values)


def _older_details(announcement: Announcement) -> dict[str, Any] | None:
    """What a relay of before asks of a low wallet, while a deployment or a rollback leaves one at work."""
    if announcement.transition is not Transition.WALLET_LOW:
        return None
    rule = announcement.content.get("autoTopUp")
    currency = announcement.content["wallet"]["currency"]
    return {"currency": currency, "auto_top_up": bool(rule and rule["enabled"])}

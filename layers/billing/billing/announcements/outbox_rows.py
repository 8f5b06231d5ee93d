"""The outbox's rows, read back for the relay and the hooks."""

from collections.abc import Mapping
from typing import Any

from billing.announcements.announcement import HookEvent
from billing.subscriptions.domain.transition import Transition
from billing.subscriptions.table.rows import known_fields, read_subscription_values


def read_hook_event(values: Mapping[str, Any]) -> HookEvent:
    """An outbox row, or the message that was made of it."""
    known = known_fields(HookEvent, values)
    subscription = known.get("subscription")
    known["transition"] = Transition(known["transition"])
    known["subscription"] = read_subscription_values(subscription) if subscription else None
    return HookEvent(**{"customer_id": None, **known})

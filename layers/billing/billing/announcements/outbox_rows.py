"""The outbox's rows, read back for the relay and the hooks."""

from collections.abc import Mapping
from typing import Any

from billing.announcements.announcement import HookEvent
from billing.subscriptions.table.rows import known_values, read_subscription_values
from billing.table.codec import Codec, Form

HOOK_EVENT = Codec(HookEvent, forms={"subscription": Form(known_values, read_subscription_values)})


def read_hook_event(values: Mapping[str, Any]) -> HookEvent:
    """An outbox row, or the message that was made of it."""
    return HOOK_EVENT.read(values)

"""Call the team's hook for an announcement."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from billing.announcements.relay import HOOKS
from billing.core.errors import AlreadyProcessed
from billing.runtime.logs import logger
from billing.runtime.trace import learned
from billing.subscriptions.domain.transaction import Outcome, ProcessedEvent
from billing.subscriptions.domain.transition import Transition

if TYPE_CHECKING:
    from billing.announcements.published import PublishedAnnouncement
    from billing.core.clock import Clock
    from billing.subscriptions.services.ports import Store

Hook = Callable[[Any], None]
"""Its argument is the kind of announcement that its transition has, in `billing.published`."""


def run_hook(
    event: PublishedAnnouncement, hook_named: Callable[[str], Hook | None], store: Store, clock: Clock
) -> bool:
    """Call the hook of this transition unless the ledger says that it ran; True when it was called. One that the team
    has not written, or not any more, is None.

    The ledger is written after the hook: a crash in between calls it again with the same key, and never not at all.
    Raises whatever the hook raises.
    """
    name = HOOKS.get(Transition(event["transition"]))
    learned(key=event["key"], hook=name)
    hook = hook_named(name) if name else None
    if hook is None or not store.unrecorded("hook", [event["key"]]):
        return False
    hook(event)
    logger().info("hook_called")
    try:
        store.record(ProcessedEvent("hook", event["key"], event["transition"], Outcome.APPLIED, clock()))
    except AlreadyProcessed:
        return True
    return True

"""The hooks' queue: every announcement to its function in hooks.py, in order for each organization."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from billing import hooks
from billing.announcements.outbox_rows import read_hook_event
from billing.announcements.run_hook import run_hook
from billing.app import wiring
from billing.core.clock import utc_now
from billing.runtime.queues import ordered_consumer


def consume(body: Mapping[str, Any]) -> None:
    """Call the hook of one announcement."""
    run_hook(read_hook_event(body), partial(getattr, hooks), wiring.store(), utc_now)


handler = ordered_consumer(consume)

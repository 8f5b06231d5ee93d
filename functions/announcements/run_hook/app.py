"""Call the function in hooks.py for every queued announcement, in order for each organization."""

from collections.abc import Mapping
from typing import Any

from billing import hooks
from billing.announcements.destinations import read_message
from billing.announcements.relay import run_hook
from billing.app import announcement_wiring, wiring
from billing.core.clock import utc_now
from billing.runtime.queues import ordered_consumer


def consume(body: Mapping[str, Any]) -> None:
    """Call the hook of one announcement."""
    announcement = read_message(body, announcement_wiring.publish_as_shipped())
    run_hook(announcement, vars(hooks).get, wiring.store(), utc_now)


handler = ordered_consumer(consume, announcement_wiring.put_off)

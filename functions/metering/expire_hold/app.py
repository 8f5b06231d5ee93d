"""The holds' queue: reservations that nobody settled end when they are due."""

from collections.abc import Mapping
from typing import Any

from billing.app import wiring
from billing.metering.services.expire_hold import expire_hold
from billing.runtime.logs import logger
from billing.runtime.queues import consumer


def consume(body: Mapping[str, Any]) -> None:
    """Release one hold, or let it wait on."""
    hold_id, made_by = body["holdId"], body.get("madeBy", 0)
    outcome = expire_hold(body["organizationId"], hold_id, made_by, wiring.metering(), wiring.holds_queue())
    logger().info("hold_due", extra={"hold_id": hold_id, "outcome": outcome})


handler = consumer(consume)

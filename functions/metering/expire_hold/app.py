"""End reservations that nobody settled, when they are due."""

from collections.abc import Mapping
from typing import Any

from billing.app import wiring
from billing.aws.sqs import read_command
from billing.metering.services.expire_hold import expire_hold
from billing.runtime.logs import logger
from billing.runtime.queues import consumer


def consume(body: Mapping[str, Any]) -> None:
    """Release one hold, or let it wait on."""
    due = read_command(body)
    metering, holds = wiring.metering(), wiring.holds_queue()
    outcome = expire_hold(due.organization_id, due.hold_id, due.made_by, metering, holds)
    logger().info("hold_due", extra={"hold_id": due.hold_id, "outcome": outcome})


handler = consumer(consume, wiring.later("HOLDS_QUEUE_URL"))

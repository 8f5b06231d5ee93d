"""The events queue: Chargebee's events, into the table. No call leaves for Chargebee from here."""

from collections.abc import Mapping
from typing import Any

from billing.adapters.identity import utc_now
from billing.domain.change import Outcome
from billing.domain.snapshot import RECONCILED, read_event
from billing.entrypoints import wiring
from billing.entrypoints.observability import count, report
from billing.entrypoints.queues import consumer
from billing.services.apply_event import apply_event


def consume(body: Mapping[str, Any]) -> None:
    """Apply one event, exactly once."""
    event = read_event(body)
    applied = apply_event(event, store=wiring.store(), commands=wiring.provisioning_queue(), now=utc_now())
    if event.type == RECONCILED and applied.outcome is Outcome.APPLIED:
        count("drift_repaired", customer_id=event.customer_id)
    report(applied, id=event.id, type=event.type, customer_id=event.customer_id)


handler = consumer(consume)

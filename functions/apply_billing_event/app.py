"""The events queue: Chargebee's events, into the table. No call leaves for Chargebee from here."""

from collections.abc import Mapping
from typing import Any

from billing.adapters.identity import utc_now
from billing.domain.change import Outcome
from billing.domain.payment_event import read_payment_event
from billing.domain.snapshot import RECONCILED, read_event
from billing.entrypoints import wiring
from billing.entrypoints.observability import count, logger, report
from billing.entrypoints.queues import consumer
from billing.services.apply_event import apply_event
from billing.services.apply_payment import apply_payment
from billing.services.settle_charge import Books


def consume(body: Mapping[str, Any]) -> None:
    """Apply one event to the subscription and to the payments that it tells of, to each exactly once."""
    event = read_event(body)
    applied = apply_event(event, store=wiring.store(), commands=wiring.provisioning_queue(), now=utc_now())
    if event.type == RECONCILED and applied.outcome is Outcome.APPLIED:
        count("drift_repaired", customer_id=event.customer_id)
    report(applied, id=event.id, type=event.type, customer_id=event.customer_id)
    if payment := read_payment_event(body):
        books = Books(wiring.payment_store(), wiring.usage_store(), utc_now)
        outcome = apply_payment(payment, event, wiring.store(), books)
        logger().info("payment_applied", extra={"id": event.id, "type": event.type, "outcome": str(outcome)})


handler = consumer(consume)

"""Apply Chargebee's queued events to the table, without calling Chargebee."""

from collections.abc import Mapping
from typing import Any

from billing.app import wiring
from billing.app.outcome_log import log_applied
from billing.chargebee.read_event import read_event
from billing.chargebee.read_payment_event import read_payment_event
from billing.core.clock import utc_now
from billing.runtime.logs import learned
from billing.runtime.queues import consumer
from billing.subscriptions.services.apply_event import apply_event


def consume(body: Mapping[str, Any]) -> None:
    """Apply one event to the subscription and to the payments that it tells of, to each exactly once."""
    event = read_event(body)
    learned(customer_id=event.customer_id)
    applied = apply_event(event, store=wiring.store(), commands=wiring.provisioning_queue(), now=utc_now())
    log_applied(applied, type=event.type)
    payment = read_payment_event(body)
    if payment or event.entitled:
        from billing.app.further_news import take_in_further  # noqa: PLC0415 - most events tell of no more

        take_in_further(event, payment)


handler = consumer(consume, wiring.later("EVENTS_QUEUE_URL"))

"""The provisioning queue: Scalekit's events, and our own tasks that need Chargebee."""

from billing.entrypoints.provisioning import consume
from billing.entrypoints.queues import consumer
from billing.entrypoints.wiring import postpone

handler = consumer(consume, postpone)

"""The provisioning queue: Scalekit's events, and our own tasks that need Chargebee."""

from billing.entrypoints.provisioning import consume
from billing.entrypoints.queues import patient_consumer
from billing.entrypoints.wiring import provision_later

handler = patient_consumer(consume, provision_later)

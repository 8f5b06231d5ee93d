"""Work through the provisioning queue: Scalekit's events, and our own tasks that need Chargebee."""

from billing.app.provisioning import consume
from billing.app.wiring import later
from billing.runtime.queues import consumer

handler = consumer(consume, later("PROVISIONING_QUEUE_URL"))

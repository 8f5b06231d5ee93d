"""Work through the provisioning queue: Scalekit's events, and our own tasks that need Chargebee."""

from billing.app.provisioning import consume
from billing.app.wiring import provision_later
from billing.runtime.queues import patient_consumer

handler = patient_consumer(consume, provision_later)

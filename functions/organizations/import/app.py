"""Give a customer to each queued organization that reconciling found."""

from billing.app.importing import consume
from billing.app.wiring import later
from billing.runtime.queues import consumer

handler = consumer(consume, later("IMPORTS_QUEUE_URL"))

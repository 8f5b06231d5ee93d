"""Give a customer to each queued organization that reconciling found."""

from billing.app.importing import consume, import_later
from billing.runtime.queues import patient_consumer

handler = patient_consumer(consume, import_later)

"""The table's stream: every announcement to the bus, and to the hooks' queue."""

from billing.entrypoints import wiring
from billing.entrypoints.streams import outbox_stream
from billing.services.relay_outbox import relay_outbox

handler = outbox_stream(
    lambda events: relay_outbox(events, wiring.bus(), wiring.hook_queue(), wiring.provisioning_queue())
)

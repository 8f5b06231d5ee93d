"""The table's stream: every announcement to the bus, and to the hooks' queue."""

from billing.announcements.relay_outbox import relay_outbox
from billing.announcements.streams import outbox_stream
from billing.app import wiring

handler = outbox_stream(
    lambda events: relay_outbox(events, wiring.bus(), wiring.hook_queue(), wiring.provisioning_queue())
)

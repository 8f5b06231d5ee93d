"""The table's stream: every announcement to the bus, and to the hooks' queue."""

from billing.announcements.relay import relay
from billing.announcements.streams import outbox_stream
from billing.app import announcing, wiring

handler = outbox_stream(
    lambda announcements: relay(
        announcements, announcing.publish(), announcing.bus(), announcing.hook_queue(), wiring.provisioning_queue()
    )
)

"""Relay every announcement from the table's stream to the bus and to the hooks' queue."""

from billing.announcements.relay import relay
from billing.announcements.streams import outbox_stream
from billing.app import announcement_wiring, wiring

handler = outbox_stream(
    lambda announcements: relay(
        announcements,
        announcement_wiring.publish(),
        announcement_wiring.bus(),
        announcement_wiring.hook_queue(),
        wiring.provisioning_queue(),
    )
)

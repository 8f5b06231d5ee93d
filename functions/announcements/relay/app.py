"""Relay every announcement from the table's stream to the bus and to the hooks' queue."""

from billing.announcements.streams import outbox_stream
from billing.app import announcement_wiring

handler = outbox_stream(announcement_wiring.relay, announcement_wiring.park)

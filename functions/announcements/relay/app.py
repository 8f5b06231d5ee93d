"""The table's stream: every announcement to the bus, and to the hooks' queue."""

from billing.announcements.streams import outbox_stream
from billing.app import announcement_wiring

handler = outbox_stream(announcement_wiring.relay, announcement_wiring.park)

"""Queue what proves to be Chargebee's, and only then acknowledge it."""

from collections.abc import Mapping

from billing.app import clients, wiring
from billing.chargebee.excerpt import excerpt
from billing.runtime.webhooks import verify_basic, webhook


def authenticate(body: bytes, headers: Mapping[str, str]) -> None:
    """Chargebee's Basic credentials, the current or the previous ones."""
    secret = clients.secret("CHARGEBEE_WEBHOOK_SECRET")
    pairs = [
        (secret.get(f"{each}_username", ""), secret.get(f"{each}_password", "")) for each in ("current", "previous")
    ]
    verify_basic(headers.get("authorization", ""), pairs)


handler = webhook("event_type", authenticate, wiring.events_queue, excerpt)

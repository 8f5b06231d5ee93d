"""Queue what carries Scalekit's signature, and only then acknowledge it."""

from collections.abc import Mapping

from billing.app import clients, wiring
from billing.core.clock import utc_now
from billing.runtime.logs import count
from billing.runtime.webhooks import is_malformed, verify_signature, webhook


def authenticate(body: bytes, headers: Mapping[str, str]) -> None:
    """Scalekit's signature, under the current or the previous secret."""
    secrets = clients.secret("SCALEKIT_WEBHOOK_SECRET")
    if is_malformed(secrets.get("previous", "")):
        count("malformed_previous_secret")
    verify_signature(body, headers, [secrets.get("current", ""), secrets.get("previous", "")], utc_now())


handler = webhook("type", authenticate, wiring.provisioning_queue)

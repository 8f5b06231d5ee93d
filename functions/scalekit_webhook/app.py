"""POST /api/webhooks/scalekit"""

from collections.abc import Mapping

from billing.adapters.identity import utc_now
from billing.domain.webhook_signature import verify_signature
from billing.entrypoints import wiring
from billing.entrypoints.webhooks import webhook


def authenticate(body: bytes, headers: Mapping[str, str]) -> None:
    """Scalekit's signature, under the current or the previous secret."""
    secret = wiring.secret("SCALEKIT_WEBHOOK_SECRET")
    verify_signature(body, headers, [secret.get("current", ""), secret.get("previous", "")], utc_now())


handler = webhook("type", authenticate, wiring.provisioning_queue)

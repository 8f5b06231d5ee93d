"""POST /api/webhooks/scalekit"""

from collections.abc import Mapping

from billing.app import wiring
from billing.core.clock import utc_now
from billing.runtime.webhooks import webhook
from billing.scalekit.webhook_signature import verify_signature


def authenticate(body: bytes, headers: Mapping[str, str]) -> None:
    """Scalekit's signature, under the current or the previous secret."""
    secret = wiring.secret("SCALEKIT_WEBHOOK_SECRET")
    verify_signature(body, headers, [secret.get("current", ""), secret.get("previous", "")], utc_now())


handler = webhook("type", authenticate, wiring.provisioning_queue)

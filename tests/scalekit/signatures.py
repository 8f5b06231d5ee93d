"""Signs webhooks as Scalekit does: https://docs.scalekit.com/reference/webhooks."""

import base64
import hashlib
import hmac


def signed_headers(secret: str, message_id: str, body: bytes, at: int) -> dict[str, str]:
    """The three headers of a body that `secret` (`whsec_<base64>`) signed at `at` (UTC seconds)."""
    key = base64.b64decode(secret.partition("_")[2])
    mac = hmac.new(key, f"{message_id}.{at}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }

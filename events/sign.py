"""Signs a Scalekit webhook sample anew: a signature is good for five minutes.

python events/sign.py <sample> <whsec_...> | sam local invoke ScalekitWebhook -e -
"""

import base64
import hashlib
import hmac
import json
import sys
import time
from pathlib import Path
from typing import Any


def signed(event: dict[str, Any], secret: str, now: int) -> dict[str, Any]:
    """The event with a signature of `now` (UTC seconds): https://docs.scalekit.com/reference/webhooks."""
    key = base64.b64decode(secret.partition("_")[2])
    message = f"{event['headers']['webhook-id']}.{now}.{event['body']}".encode()
    signature = base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()
    fresh = {"webhook-timestamp": str(now), "webhook-signature": f"v1,{signature}"}
    return {**event, "headers": {**event["headers"], **fresh}}


if __name__ == "__main__":
    sample, webhook_secret = sys.argv[1:]
    fresh_event = signed(json.loads(Path(sample).read_text()), webhook_secret, int(time.time()))
    sys.stdout.write(json.dumps(fresh_event))

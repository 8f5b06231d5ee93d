"""The signed, expiring `state` of the browser's return route.

The route has no session. It may do only what its query says, which was made and signed when the page was opened. The
signature is short, because Chargebee takes return URLs of 250 characters at most.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from urllib.parse import urlencode

from billing.core.clock import DAY
from billing.core.errors import NotConfigured, Unauthenticated

RETURN_WINDOW = DAY
"""Seconds after opening the page for which its return link works; Chargebee's pages live three hours."""

_MAC_BYTES = 16
_SECONDS = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Return:
    """Whose checkout a browser returns from, and the path that it goes on to.

    `subscription_id` is the id of what was bought: a subscription's, or for a one-time purchase its charge's.
    """

    organization_id: str
    subscription_id: str
    path: str


def sign(target: Return, key: str, expires_at: int) -> str:
    """The query of the return route, valid until `expires_at` (UTC seconds). Raises NotConfigured without a key."""
    state = f"{target.organization_id}.{expires_at}.{_mac(target, expires_at, key)}"
    return urlencode({"subscriptionId": target.subscription_id, "callbackURL": target.path, "state": state})


def verify(subscription_id: str, path: str, state: str, key: str, now: int) -> Return:
    """What `sign` signed. Raises Unauthenticated when any part is forged, damaged or past its expiry."""
    told, _, mac = state.rpartition(".")
    organization_id, _, expiry = told.rpartition(".")
    if not _SECONDS.fullmatch(expiry):
        raise Unauthenticated("The return link is not one of ours.")
    target = Return(organization_id, subscription_id, path)
    if not hmac.compare_digest(mac.encode(), _mac(target, int(expiry), key).encode()):
        raise Unauthenticated("The return link is not one of ours.")
    if now >= int(expiry):
        raise Unauthenticated("The return link has expired.")
    return target


def _mac(target: Return, expires_at: int, key: str) -> str:
    if not key:
        raise NotConfigured("The key for return links is not set.")
    parts = (target.organization_id, target.subscription_id, target.path, str(expires_at))
    digest = hmac.new(key.encode(), "\n".join(parts).encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:_MAC_BYTES]).rstrip(b"=").decode()

"""Where browsers are sent: to a page of the application, to a signed link by which they come back.

The return route has no session. It may do only what its query says, which was made and signed when the page was opened.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from urllib.parse import unquote, urlencode

from billing.core.clock import DAY
from billing.core.errors import InvalidUrl, NotConfigured, Unauthenticated

MAX_REDIRECT_URL = 250
"""Chargebee's limit for `redirect_url` and `cancel_url`: https://apidocs.chargebee.com/docs/api/hosted_pages"""

RETURN_WINDOW = DAY
"""Seconds after opening the page for which its return link works; Chargebee's pages live three hours."""

_MAC_BYTES = 16
"""Short, because Chargebee's limit is."""

_SECONDS = re.compile(r"[0-9]{1,12}")

MAX_PATH = 2_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def relative_path(value: str) -> str:
    """Return `value` unchanged when it is a path of the application, such as `/billing?tab=plan`.

    Nothing else leaves with a customer's browser. Raises InvalidUrl for anything that a browser could read as another
    origin: a scheme, `//host`, a backslash, a control character (browsers drop tabs and newlines), and each of these
    percent-encoded, however deep.
    """
    decoded = value
    for _ in range(5):
        _check(decoded)
        if (once_more := unquote(decoded)) == decoded:
            return value
        decoded = once_more
    raise InvalidUrl("A return URL must not be encoded again and again.")


def _check(path: str) -> None:
    if len(path) > MAX_PATH:
        raise InvalidUrl(f"A return URL is at most {MAX_PATH} characters.")
    if not path.startswith("/") or path.startswith("//"):
        raise InvalidUrl("A return URL must be a path on this application, starting with one '/'.")
    if "\\" in path or _CONTROL.search(path):
        raise InvalidUrl("A return URL must not contain backslashes or control characters.")


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


@dataclass(frozen=True, slots=True)
class Site:
    """The application's origin, the origin of this API, and the key that signs return links."""

    app_url: str
    api_url: str
    return_key: str

    def return_url(self, target: Return, expires_at: int) -> str:
        """The absolute URL that Chargebee sends the browser to after payment. Raises InvalidUrl when it is too long."""
        return self._return("/api/subscription/success", target, expires_at)

    def purchase_return_url(self, target: Return, expires_at: int) -> str:
        """The same for what is bought once: `target` names a charge. Raises InvalidUrl."""
        return self._return("/api/checkout/success", target, expires_at)

    def page_url(self, path: str) -> str:
        """The absolute URL of a page of the application, for Chargebee to link to. Raises InvalidUrl when too long."""
        return _fitting(self.app_url + path, "return")

    def _return(self, route: str, target: Return, expires_at: int) -> str:
        return _fitting(f"{self.api_url}{route}?{sign(target, self.return_key, expires_at)}", "success")


def _fitting(url: str, name: str) -> str:
    if len(url) > MAX_REDIRECT_URL:
        excess = len(url) - MAX_REDIRECT_URL
        raise InvalidUrl(f"The {name} URL is too long for Chargebee by {excess} characters once encoded.")
    return url

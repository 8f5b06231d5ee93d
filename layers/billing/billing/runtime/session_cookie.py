"""The session cookie: the token that it carries, and the pages that may write with it."""

from collections.abc import Mapping

from billing.core.errors import CrossSite, Unauthenticated
from billing.runtime.authentication import Event, headers_of
from billing.runtime.route import SAFE_METHODS
from billing.runtime.settings import settings


def cookie_of(event: Event) -> str:
    """The token in the session cookie. Raises Unauthenticated without one.

    Beside it there may be cookies of any form: a browser sends what any page of the site has set.
    https://www.rfc-editor.org/rfc/rfc6265#section-5.4
    """
    name = settings().optional("SESSION_COOKIE_NAME")
    cookies = ";".join([*(event.get("cookies") or ()), headers_of(event).get("cookie", "")])
    pairs = (each.partition("=") for each in cookies.split(";"))
    token = {key.strip(): value.strip().strip('"') for key, _, value in pairs}.get(name, "") if name else ""
    if not token:
        raise Unauthenticated("Sign in first.")
    return token


def require_own_page(event: Event) -> None:
    """Raises CrossSite for a write that a page of another site may have sent.

    JSON is what no form can send, and what no script sends to another origin without being asked first (CORS). Browsers
    say from which origin a write comes: https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Origin.
    One that does not must say that it is ours: https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
    """
    if str(event.get("requestContext", {}).get("http", {}).get("method")) in SAFE_METHODS:
        return
    headers = headers_of(event)
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise CrossSite("With a session cookie, a write is sent with Content-Type: application/json.")
    if not _is_own(headers):
        raise CrossSite("With a session cookie, a write comes from the application's own pages.")


def _is_own(headers: Mapping[str, str]) -> bool:
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site") == "same-origin"
    return origin.lower() == settings().app_url.lower()

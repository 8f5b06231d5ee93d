"""Writes of a caller who is known by a cookie: browsers add it to what any site's page sends."""

from collections.abc import Mapping

from billing.core.errors import CrossSite
from billing.runtime.route import SAFE_METHODS
from billing.runtime.settings import settings


def require_own_page(method: str, headers: Mapping[str, str]) -> None:
    """Raises CrossSite for a write that a page of another site may have sent. Names of headers are in lower case.

    JSON is what no form can send, and what no script sends to another origin without being asked first (CORS). Browsers
    say from which origin a write comes: https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Origin.
    One that does not must say that it is ours: https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
    """
    if method in SAFE_METHODS:
        return
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise CrossSite("With a session cookie, a write is sent with Content-Type: application/json.")
    if not _is_own(headers):
        raise CrossSite("With a session cookie, a write comes from the application's own pages.")


def _is_own(headers: Mapping[str, str]) -> bool:
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site") == "same-origin"
    return origin.lower() == settings()["APP_URL"].rstrip("/").lower()

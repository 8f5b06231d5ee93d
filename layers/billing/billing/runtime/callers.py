"""Who is calling: what the gateway verified, or else what we verify ourselves. Never neither."""

import base64
import json
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from billing.core.clock import utc_now
from billing.core.errors import CrossSite, Unauthenticated
from billing.runtime.caller import REQUIRED_CLAIMS, Caller, read_claims, unusable
from billing.runtime.logs import logger
from billing.runtime.route import SAFE_METHODS
from billing.runtime.settings import settings

if TYPE_CHECKING:
    from jwt import PyJWKClient

Event = Mapping[str, Any]

KEYS_LIFETIME = 300
KEYS_TIMEOUT = 3

_TOKEN = re.compile(r"(?:bearer +)?[\w-]+\.([\w-]+)\.[\w-]+", re.ASCII | re.IGNORECASE)
_ONE_NAME = re.compile(r"\[([^\s\[\]]+)\]")
_IDENTITY = ("iss", "sub", "jti", "oid", "sid", "client_id")
"""Text, and therefore handed over as it is; how the gateway writes a number is documented nowhere."""


class KeysUnreachable(Unauthenticated):
    """Scalekit's keys could not be fetched: nobody can be let in, and the token may be a good one."""


def authenticate(event: Event) -> Caller:
    """The caller of an HTTP API event (payload format 2.0).

    The gateway's authorizer has checked signature, issuer, audience and expiry of the token whose claims it hands over:
    its own for a bearer token, ours for a cookie (`cookie_sessions`). Without them (a route that somebody forgot to
    protect) the token is verified here.
    Raises Unauthenticated, and CrossSite for a write by cookie that is not the application's own.
    """
    authorizer = event.get("requestContext", {}).get("authorizer") or {}
    flattened = (authorizer.get("jwt") or {}).get("claims")
    of_cookie = (authorizer.get("lambda") or {}).get("claims")
    headers = _headers(event)
    if flattened:
        return read_claims(claims_of(flattened, headers.get("authorization", "")))
    if of_cookie:
        _require_own_page(event, headers)
        return _unexpired(json.loads(of_cookie))
    return read_claims(verified(_token(event, headers)))


def cookie_of(event: Event) -> str:
    """The token in the session cookie. Raises Unauthenticated without one."""
    cookies = "; ".join([*(event.get("cookies") or ()), _headers(event).get("cookie", "")])
    return _cookie(cookies, settings().optional("SESSION_COOKIE_NAME"))


def claims_of(flattened: Mapping[str, object], authorization: str) -> Mapping[str, object]:
    """The claims of the token in the header, which must be the one that the gateway tells of in `flattened`.

    The gateway hands every claim over as text, a list as `[one two]`: a name with a space in it is two names there. So
    the claims are read from the token itself. Without a header (a sample event under `sam local`) they are made of
    `flattened`, in which a list of one name is a list and any other none. Raises Unauthenticated.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
    """
    if not authorization:
        return {name: _unflattened(name, value) for name, value in flattened.items()}
    claims = _payload(authorization)
    if any(claims.get(name) != flattened.get(name) for name in _IDENTITY if isinstance(claims.get(name), str)):
        raise Unauthenticated("The access token is not the one that the gateway has verified.")
    return claims


def _payload(authorization: str) -> dict[str, object]:
    """What a token says. Raises Unauthenticated for a header that is not one token: two of them are none."""
    token = _TOKEN.fullmatch(authorization.strip())
    try:
        encoded = token[1] if token else ""
        claims = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except (ValueError, RecursionError):
        claims = None
    if not isinstance(claims, dict):
        raise Unauthenticated("The Authorization header carries no access token.")
    return claims


def _unflattened(name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    if name == "exp" and value.isdecimal():
        return int(value)
    one = _ONE_NAME.fullmatch(value)
    return [one[1]] if one else value


def _token(event: Event, headers: Mapping[str, str]) -> str:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    token = cookie_of(event)
    _require_own_page(event, headers)
    return token


def _headers(event: Event) -> dict[str, str]:
    """By their names in lower case."""
    return {name.lower(): value for name, value in (event.get("headers") or {}).items()}


def _cookie(header: str, name: str) -> str:
    from http.cookies import CookieError, SimpleCookie  # noqa: PLC0415 - behind the gateway's authorizer never needed

    try:
        morsel = SimpleCookie(header).get(name) if name else None
    except CookieError:
        morsel = None
    if morsel is None or not morsel.value:
        raise Unauthenticated("Sign in first.")
    return morsel.value


def verified(token: str) -> dict[str, Any]:
    """The claims of a token whose signature, issuer, audience and expiry hold, by Scalekit's published keys.

    RS256 and nothing else. Raises Unauthenticated, and KeysUnreachable while the keys cannot be had.
    """
    import jwt  # noqa: PLC0415 - behind the gateway's authorizer it is never needed

    try:
        key = _keys(settings()["SCALEKIT_ENVIRONMENT_URL"]).get_signing_key_from_jwt(token)
        return jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            issuer=settings()["SCALEKIT_ENVIRONMENT_URL"],
            audience=sorted(settings().names("SCALEKIT_AUDIENCES")),
            options={"require": list(REQUIRED_CLAIMS)},
        )
    except jwt.MissingRequiredClaimError as error:
        raise unusable(error.claim) from error
    except jwt.PyJWKClientConnectionError as error:
        raise KeysUnreachable("Scalekit's keys cannot be reached. Try again.") from error
    except (jwt.PyJWTError, TypeError, OverflowError) as error:  # the latter two for times that are no numbers
        logger().warning("token_refused", extra={"reason": type(error).__name__})
        raise Unauthenticated("The session is not valid or has expired. Sign in again.") from error


@cache
def _keys(issuer: str) -> "PyJWKClient":
    """Scalekit's keys, cached; an unknown key id refetches them once, and not again within the cooldown."""
    from jwt import PyJWKClient  # noqa: PLC0415 - see above

    return PyJWKClient(f"{issuer}/keys", lifespan=KEYS_LIFETIME, timeout=KEYS_TIMEOUT)


def _unexpired(claims: Mapping[str, object]) -> Caller:
    """The caller of claims that the gateway remembers beyond their end."""
    caller = read_claims(claims)
    if float(str(claims["exp"])) <= utc_now():
        raise Unauthenticated("The session has expired. Sign in again.")
    return caller


def _require_own_page(event: Event, headers: Mapping[str, str]) -> None:
    """Raises CrossSite for a write that a page of another site may have sent. Names of headers are in lower case.

    JSON is what no form can send, and what no script sends to another origin without being asked first (CORS). Browsers
    say from which origin a write comes: https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Origin.
    One that does not must say that it is ours: https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
    """
    if str(event.get("requestContext", {}).get("http", {}).get("method")) in SAFE_METHODS:
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

"""Who is calling: what the gateway verified, or else what we verify ourselves. Never neither."""

import base64
import json
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from billing.core.clock import utc_now
from billing.core.errors import Unauthenticated
from billing.runtime.caller import Caller, Kind
from billing.runtime.logs import logger
from billing.runtime.settings import settings

if TYPE_CHECKING:
    from jwt import PyJWKClient

Event = Mapping[str, Any]

REQUIRED_CLAIMS = ("sub", "iss", "aud", "exp")

KEYS_LIFETIME = 300
KEYS_TIMEOUT = 3

_NAME = re.compile(r"\S+")
_TOKEN = re.compile(r"(?:bearer +)?[\w-]+\.([\w-]+)\.[\w-]+", re.ASCII | re.IGNORECASE)
_ONE_NAME = re.compile(r"\[([^\s\[\]]+)\]")
_IDENTITY = ("iss", "sub", "jti", "oid", "sid", "client_id")
"""Text, and therefore handed over as it is; how the gateway writes a number is documented nowhere."""


class KeysUnreachable(Unauthenticated):
    """Scalekit gave no keys: nobody can be let in, and the token may be a good one."""


def authenticate(event: Event) -> Caller:
    """The caller of an HTTP API event (payload format 2.0).

    The gateway's authorizer has checked signature, issuer, audience and expiry of the token whose claims it hands over:
    its own for a bearer token, ours for a cookie (`cookie_authorizer`). Without them (a route that somebody forgot to
    protect) the token is verified here.
    Raises Unauthenticated, and CrossSite for a write by cookie that is not the application's own.
    """
    authorizer = event.get("requestContext", {}).get("authorizer") or {}
    flattened = (authorizer.get("jwt") or {}).get("claims")
    of_cookie = (authorizer.get("lambda") or {}).get("claims")
    bearer = headers_of(event).get("authorization", "")
    if flattened:
        return read_claims(claims_of(flattened, bearer))
    if of_cookie:
        from billing.runtime.session_cookie import require_own_page  # noqa: PLC0415 - behind the cookie API alone

        require_own_page(event)
        return _unexpired(json.loads(of_cookie))
    return read_claims(verified(_token(event, bearer)))


def headers_of(event: Event) -> dict[str, str]:
    """The event's headers, by their names in lower case."""
    return {name.lower(): value for name, value in (event.get("headers") or {}).items()}


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


def _token(event: Event, bearer: str) -> str:
    scheme, _, token = bearer.partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    from billing.runtime.session_cookie import cookie_of, require_own_page  # noqa: PLC0415 - see above

    token = cookie_of(event)
    require_own_page(event)
    return token


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
    except (jwt.PyJWKClientConnectionError, jwt.PyJWKSetError) as error:  # no answer, or one without a key
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


def read_claims(claims: Mapping[str, object]) -> Caller:
    """Read a token's claims, of which somebody has verified signature, issuer, audience and expiry.

    Raises Unauthenticated when a claim that makes a token safe is missing or of the wrong type, and for a token that
    is neither a session's nor a machine's.
    """
    for name in REQUIRED_CLAIMS:
        if not _is_sound(name, claims.get(name)):
            raise unusable(name)
    user_id, organization_id = _text(claims, "sub"), _text(claims, "oid") or None
    if _kind(claims) is Kind.MACHINE:
        scopes = _names(claims.get("scopes"))
        return Caller(Kind.MACHINE, user_id, organization_id=organization_id, scopes=scopes)
    roles, permissions = _names(claims.get("roles")), _names(claims.get("permissions"))
    return Caller(Kind.SESSION, user_id, _text(claims, "email"), organization_id, roles, permissions)


def unusable(claim: str) -> Unauthenticated:
    """The refusal of a token for one of its claims: it is not there, or is not what it should be."""
    if claim == "aud":
        return Unauthenticated(
            "The access token has no 'aud' claim: give the machine client the audience that the deployment's parameter "
            "ScalekitMachineAudience names, which is 'billing' unless it was changed."
        )
    return Unauthenticated(f"The access token has no {claim!r} claim that can be used.")


def _is_sound(name: str, value: object) -> bool:
    match name, value:
        case "exp", bool():
            return False
        case "exp", int() | float():
            return value > 0
        case "aud", list():
            return bool(value)
        case _:
            return name != "exp" and isinstance(value, str) and bool(value)


def _kind(claims: Mapping[str, object]) -> Kind:
    """A session has an id, and a subject that is not the client through which it signed in; a machine is its client."""
    is_client = _text(claims, "client_id") == claims["sub"]
    match bool(_text(claims, "sid")), is_client:
        case True, False:
            return Kind.SESSION
        case False, True:
            return Kind.MACHINE
        case _:
            raise Unauthenticated("The access token is neither a session's nor a machine client's.")


def _text(claims: Mapping[str, object], name: str) -> str:
    """A claim that may be left out, empty then. Raises Unauthenticated when it is anything but text."""
    value = claims.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise unusable(name)
    return value


def _names(value: object) -> frozenset[str]:
    """The names in a list. A name is one word: what is not, or is in no list, grants nothing."""
    listed = value if isinstance(value, list) else []
    return frozenset(each for each in listed if isinstance(each, str) and _NAME.fullmatch(each))

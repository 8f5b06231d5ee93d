"""Who is calling: what the gateway verified, or else what we verify ourselves. Never neither."""

from collections.abc import Mapping
from functools import cache
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any

from billing import hooks
from billing.core.errors import Forbidden, OrganizationRequired, Unauthenticated
from billing.runtime.caller import REQUIRED_CLAIMS, Caller, read_claims
from billing.runtime.logs import logger
from billing.runtime.settings import settings

if TYPE_CHECKING:
    from jwt import PyJWKClient

Event = Mapping[str, Any]

KEYS_LIFETIME = 300
KEYS_TIMEOUT = 3


def authenticate(event: Event) -> Caller:
    """The caller of an HTTP API event (payload format 2.0).

    The gateway's JWT authorizer has checked signature, issuer, audience and expiry of the claims that it hands over.
    Without them (`sam local`, a cookie session, a route that somebody forgot to protect) the token is verified here.
    Raises Unauthenticated.
    """
    authorizer = event.get("requestContext", {}).get("authorizer") or {}
    claims = (authorizer.get("jwt") or {}).get("claims")
    return read_claims(claims if claims else _verified(_token(event)))


def require_organization(caller: Caller) -> str:
    """The organization that the token is for. Raises OrganizationRequired."""
    if not caller.organization_id:
        raise OrganizationRequired("Sign in to an organization to use its billing.")
    return caller.organization_id


def authorize_reference(caller: Caller, reference_id: str | None) -> str:
    """One's own organization's id, when the hook agrees with exactly True. Raises Forbidden for anything else."""
    organization_id = require_organization(caller)
    reference = organization_id if reference_id is None else reference_id
    try:
        allowed = reference == organization_id and hooks.authorize_reference(caller, reference) is True
    except Exception:
        logger().exception("authorize_reference_failed")
        allowed = False
    if not allowed:
        raise Forbidden("You may not see or change the billing of that organization.")
    return organization_id


def is_billing_admin(caller: Caller) -> bool:
    """A role or a permission that the settings name."""
    granted = caller.roles & settings().names("BILLING_ADMIN_ROLES")
    granted |= caller.permissions & settings().names("BILLING_ADMIN_PERMISSIONS")
    return bool(granted)


def require_billing_admin(caller: Caller) -> None:
    """Raises Forbidden for everybody else."""
    if not is_billing_admin(caller):
        raise Forbidden("Only a billing admin of the organization may do this.")


def require_scope(caller: Caller, scope: str) -> None:
    """A machine's scope. A browser session has an organization and never passes. Raises Forbidden."""
    if caller.organization_id is not None or scope not in caller.scopes:
        raise Forbidden(f"This needs a machine token with the scope {scope}.")


def _token(event: Event) -> str:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return str(token.strip())
    cookies = "; ".join([*(event.get("cookies") or ()), headers.get("cookie", "")])
    return _cookie(cookies, settings().optional("SESSION_COOKIE_NAME"))


def _cookie(header: str, name: str) -> str:
    try:
        morsel = SimpleCookie(header).get(name) if name else None
    except CookieError:
        morsel = None
    if morsel is None or not morsel.value:
        raise Unauthenticated("Sign in first.")
    return morsel.value


def _verified(token: str) -> dict[str, Any]:
    """Signature, issuer, audience and expiry, by Scalekit's published keys. RS256 and nothing else."""
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
    except jwt.PyJWTError as error:
        logger().warning("token_refused", extra={"reason": type(error).__name__})
        raise Unauthenticated("The session is not valid or has expired. Sign in again.") from error


@cache
def _keys(issuer: str) -> "PyJWKClient":
    """Scalekit's keys, cached; an unknown key id refetches them once, and not again within the cooldown."""
    from jwt import PyJWKClient  # noqa: PLC0415 - see above

    return PyJWKClient(f"{issuer}/keys", lifespan=KEYS_LIFETIME, timeout=KEYS_TIMEOUT)

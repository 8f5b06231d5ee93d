"""Who is asking."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from billing.core.errors import Unauthenticated

REQUIRED_CLAIMS = ("sub", "iss", "aud", "exp")


@dataclass(frozen=True, slots=True)
class Caller:
    """The verified claims of a Scalekit access token. `organization_id` is its `oid`, absent for machine callers."""

    user_id: str
    email: str = ""
    organization_id: str | None = None
    roles: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()


def read_claims(claims: Mapping[str, object]) -> Caller:
    """Read claims whose signature, issuer and audience somebody has verified: the gateway, or we.

    The gateway hands lists over as text, `[admin owner]`. Raises Unauthenticated when a claim that makes a token
    safe is missing: the gateway checks an expiry only if there is one.
    """
    if missing := [name for name in REQUIRED_CLAIMS if not claims.get(name)]:
        raise Unauthenticated(f"The access token has no {missing[0]!r} claim.")
    return Caller(
        user_id=str(claims["sub"]),
        email=str(claims.get("email") or ""),
        organization_id=str(claims["oid"]) if claims.get("oid") else None,
        roles=_names(claims.get("roles")),
        permissions=_names(claims.get("permissions")),
        scopes=_names(claims.get("scopes")) | _names(claims.get("scope")),
    )


def _names(value: object) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset(value.strip("[]").split())
    return frozenset(str(each) for each in value) if isinstance(value, Iterable) else frozenset()

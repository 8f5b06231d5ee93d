"""Who is asking."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from billing.core.errors import Unauthenticated

REQUIRED_CLAIMS = ("sub", "iss", "aud", "exp")

_NAME = re.compile(r"\S+")


class Kind(StrEnum):
    """What a token stands for. A token that fits neither, or both, is refused."""

    SESSION = "session"
    """Somebody who is signed in: https://docs.scalekit.com/guides/accesstoken-claims"""
    MACHINE = "machine"
    """A client of an organization: https://docs.scalekit.com/authenticate/m2m/api-auth-quickstart"""


@dataclass(frozen=True, slots=True)
class Caller:
    """The verified claims of a Scalekit access token. `organization_id` is its `oid`.

    `user_id` is its `sub`, for a machine the client's id. A session has no scopes, and a machine neither roles nor
    permissions, whatever the token says of them.
    """

    kind: Kind
    user_id: str
    email: str = ""
    organization_id: str | None = None
    roles: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()


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

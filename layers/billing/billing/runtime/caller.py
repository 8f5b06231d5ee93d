"""Who may call a route, about which organization."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from billing import hooks
from billing.core.errors import Forbidden, InvalidRequest, OrganizationRequired
from billing.core.names import ORGANIZATION
from billing.runtime.logs import logger
from billing.runtime.route import Route, Who
from billing.runtime.settings import settings


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


def admit(route: Route[Any], caller: Caller, path: Mapping[str, str]) -> None:
    """Refuse a caller whom the route is not for, by token and path; the body is read later.

    Raises Forbidden, InvalidRequest.
    """
    match route.who:
        case Who.BUYER | Who.READER if caller.kind is Kind.MACHINE:
            require_scope(caller, route)
        case Who.MEMBER | Who.READER:
            require_organization(caller)
        case Who.ADMIN | Who.BUYER:
            require_organization(caller)
            require_billing_admin(caller)
        case Who.MACHINE:
            require_scope(caller, route)
            if not route.about_all:
                named_by_machine(caller, path["id"])
            elif not is_backend(caller):
                raise Forbidden("Only a backend client of the team asks about every organization.")
        case _:
            raise Forbidden("This route proves its caller in another way.")


def organization_of(
    route: Route[Any], caller: Caller, path: Mapping[str, str], query: Mapping[str, str], body: Any
) -> str:
    """The organization that an admitted call is about: a session's own, or the one that a machine names.

    A session may say which one it means, in the body, or in the query of what has none. Empty text where a machine
    asks about all of them. Raises Forbidden, InvalidRequest.
    """
    if route.who is Who.MACHINE:
        return path.get("id", "")
    named = _named(route, query, body)
    if caller.kind is Kind.MACHINE:
        return named_by_machine(caller, named)
    own = authorize_reference(caller, query.get("referenceId") if body is None else body.reference_id)
    if named not in (None, own):
        raise Forbidden("You may not see or change the billing of that organization.")
    return own


def _named(route: Route[Any], query: Mapping[str, str], body: Any) -> str | None:
    """The organization that a machine names where a session may call too."""
    match route.who:
        case Who.BUYER:
            named: str | None = body.organization_id
            return named
        case Who.READER:
            return query.get("organizationId")
        case _:
            return None


def named_by_machine(caller: Caller, name: str | None) -> str:
    """The organization that a machine acts for: a backend client names any, another one has its own and no other.

    Raises Forbidden, InvalidRequest.
    """
    if name is None and is_backend(caller):
        raise InvalidRequest("organizationId: a backend client names the organization.")
    named = organization_named(caller.organization_id or "" if name is None else name)
    if named != caller.organization_id and not is_backend(caller):
        raise Forbidden("A machine client acts for its own organization.")
    return named


def organization_named(name: str) -> str:
    """An organization that a machine names. Raises InvalidRequest for what none could be called."""
    if not ORGANIZATION.allows(name):
        raise InvalidRequest(ORGANIZATION.sentence)
    return name


def require_organization(caller: Caller) -> str:
    """The organization that somebody is signed in to. Raises OrganizationRequired, and Forbidden for a machine."""
    if caller.kind is Kind.MACHINE:
        raise Forbidden("This is for somebody who is signed in. A machine client has routes of its own.")
    if not caller.organization_id:
        raise OrganizationRequired("Sign in to an organization to use its billing.")
    return caller.organization_id


def authorize_reference(caller: Caller, reference_id: str | None) -> str:
    """The caller's own organization, if the hook answers exactly True. Raises Forbidden otherwise."""
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


def is_backend(caller: Caller) -> bool:
    """A machine that the settings name as the team's own: it acts for every organization."""
    return caller.kind is Kind.MACHINE and caller.user_id in settings().names("SCALEKIT_BACKEND_CLIENT_IDS")


def require_scope(caller: Caller, route: Route[Any]) -> None:
    """A machine's scope, and somebody to act for. A session never passes. Raises Forbidden."""
    if caller.kind is not Kind.MACHINE or caller.scopes.isdisjoint(route.scopes):
        raise Forbidden(f"This needs a machine token with the scope {route.scope}.")
    if caller.organization_id is None and not is_backend(caller):
        raise Forbidden("This machine client has no organization, and is none of the team's backend clients.")

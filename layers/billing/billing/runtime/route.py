"""A route of the HTTP API, said once: its handler's checks, its tests and its reference page are made of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Literal, TypedDict

from billing.core.errors import (
    BillingError,
    CrossSite,
    Forbidden,
    InvalidRequest,
    NotConfigured,
    OrganizationRequired,
    Throttled,
    Unauthenticated,
)

if TYPE_CHECKING:
    from billing.runtime.parsing import Strict

SAFE_METHODS = frozenset({"GET", "HEAD"})
"""https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1"""


WIDER = {"billing:read": "billing:admin"}
"""A scope that only reads, and the one that may do what it may."""


class Who(StrEnum):
    """Whom a route is for."""

    MEMBER = "member"
    """Everybody who is signed in to the organization."""
    ADMIN = "billing admin"
    """A member with a billing role or permission."""
    MACHINE = "machine"
    """A machine client with the route's scope: the team's own for any organization, another for its own."""
    BUYER = "billing admin or machine"
    """An admin for the own organization, or a machine client with the scope for the one that its body names."""
    READER = "member or machine"
    """A member about the own organization, or a machine client with the scope about the one that its query names."""
    BROWSER = "browser"
    """Back from a hosted page, with a link that we signed."""
    VENDOR = "vendor"
    """Its webhook, signed or with a password."""
    ANYBODY = "anybody"
    """What is no secret, and says nothing of an organization."""


@dataclass(frozen=True, slots=True)
class Route[Answer: Mapping[str, object]]:
    """`function` is the folder of its handler, and `body` its request model as `module:Name`.

    The model is named and not imported: reads do not pay for pydantic. `errors` are those of its own; a parent stands
    for its children.
    """

    function: str
    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    who: Who
    answer: type[Answer]
    scope: str = ""
    body: str = ""
    query: tuple[str, ...] = ()
    errors: tuple[type[BillingError], ...] = ()

    @property
    def scopes(self) -> frozenset[str]:
        """Those of which a machine needs one."""
        return frozenset({self.scope, WIDER.get(self.scope, self.scope)})

    @property
    def about_all(self) -> bool:
        """Whether a machine calls it about every organization: its path names none."""
        return self.who is Who.MACHINE and "{id}" not in self.path

    @property
    def refusals(self) -> tuple[type[BillingError], ...]:
        """Every error that it may answer: what its caller and its body bring with them, then its own."""
        if self.who in (Who.BROWSER, Who.ANYBODY):
            return ()
        if self.who is Who.VENDOR:
            return (Unauthenticated, *self.errors, NotConfigured)
        by_cookie = (CrossSite,) if self.method not in SAFE_METHODS else ()
        foreign = (Forbidden,) if self.who is Who.MACHINE else (*by_cookie, OrganizationRequired, Forbidden)
        named = "{" in self.path
        read = (InvalidRequest,) if self.body or named or set(self.query) - {"referenceId"} else ()
        return (*read, Unauthenticated, *foreign, *self.errors, Throttled, NotConfigured)

    def body_model(self) -> "type[Strict]":
        """The request model. Only a route that has a body has one."""
        module, _, name = self.body.partition(":")
        model: type[Strict] = getattr(import_module(module), name)
        return model

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Redirect(TypedDict):
    """No JSON: the browser is sent on."""

"""Every route of metering, money and organizations is closed to whoever may not: before its body is even read."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

import httpx
import pytest

from tests.stack.api import Member, refused
from tests.stack.world import World, fresh

type Json = dict[str, Any]

ORGANIZATION = "/api/organizations/{id}"


class Who(Enum):
    """Whom a route is for."""

    MEMBER = "every member"
    ADMIN = "a billing admin"
    MACHINE = "a machine with the scope"


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    who: Who
    scope: str = ""
    body: Json | None = None

    def ask(self, caller: Member, organization_id: str) -> httpx.Response:
        path = self.path.format(id=organization_id)
        return caller.http.request(self.method, path, json=self.body, headers=caller.headers)

    def ask_about(self, caller: Member, organization_id: str) -> httpx.Response:
        """With a `referenceId`: in the body, or in the query of what has none."""
        if self.body is None:
            reference = {"referenceId": organization_id}
            return caller.http.request(self.method, self.path, params=reference, headers=caller.headers)
        body = self.body | {"referenceId": organization_id}
        return caller.http.request(self.method, self.path, json=body, headers=caller.headers)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


RULE = {"currency": "USD", "threshold": 0, "amount": 100, "monthlyCap": 100}
ROUTES = (
    Route("GET", "/api/billing", Who.MEMBER),
    Route("GET", "/api/entitlements", Who.MEMBER),
    Route("GET", "/api/entitlements/api-calls", Who.MEMBER),
    Route("GET", "/api/wallet", Who.MEMBER),
    Route("GET", "/api/payment-methods", Who.MEMBER),
    Route("POST", "/api/payment-methods", Who.ADMIN, body={}),
    Route("PUT", "/api/payment-methods/pm_1/default", Who.ADMIN),
    Route("DELETE", "/api/payment-methods/pm_1", Who.ADMIN),
    Route("POST", "/api/wallet/top-ups", Who.ADMIN, body={"amount": 100, "currency": "USD"}),
    Route("PUT", "/api/wallet/auto-top-up", Who.ADMIN, body=RULE),
    Route("GET", "/api/organizations", Who.MACHINE, "billing:admin"),
    Route("GET", ORGANIZATION, Who.MACHINE, "billing:admin"),
    Route("PUT", ORGANIZATION, Who.MACHINE, "billing:admin"),
    Route("DELETE", ORGANIZATION, Who.MACHINE, "billing:admin"),
    Route("POST", f"{ORGANIZATION}/sync", Who.MACHINE, "billing:admin"),
    Route("POST", f"{ORGANIZATION}/wallet/adjustments", Who.MACHINE, "billing:admin"),
    Route("GET", f"{ORGANIZATION}/margin", Who.MACHINE, "billing:admin"),
    Route("POST", f"{ORGANIZATION}/usage", Who.MACHINE, "usage:write"),
    Route("POST", f"{ORGANIZATION}/usage/estimate", Who.MACHINE, "usage:write"),
    Route("GET", f"{ORGANIZATION}/usage/e1", Who.MACHINE, "usage:write"),
    Route("POST", f"{ORGANIZATION}/usage/e1/costs", Who.MACHINE, "usage:write"),
    Route("POST", f"{ORGANIZATION}/holds", Who.MACHINE, "usage:write"),
    Route("POST", f"{ORGANIZATION}/holds/h1/settle", Who.MACHINE, "usage:write"),
    Route("POST", f"{ORGANIZATION}/holds/h1/release", Who.MACHINE, "usage:write"),
    Route("POST", f"{ORGANIZATION}/charges", Who.MACHINE, "charges:write"),
)
SCOPES = frozenset({"billing:admin", "usage:write", "charges:write"})


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_only_whom_a_route_is_for_gets_through(world: World, route: Route) -> None:
    organization_id = fresh("org")

    assert route.ask(world.bearer(None), organization_id).status_code == 401
    assert route.ask(world.bearer("let-me-in"), organization_id).status_code == 401
    if route.who is Who.MACHINE:
        others = world.machine(*SCOPES - {route.scope})
        smuggler = world.member(organization_id, scopes=sorted(SCOPES))
        for caller in (others, smuggler, world.member(organization_id)):
            refused(route.ask(caller, organization_id), 403, "forbidden")
    else:
        refused(route.ask(world.machine(*SCOPES), organization_id), 403, "organization_required")
    if route.who is Who.ADMIN:
        member = world.member(organization_id, roles=["member"], permissions=["billing:read"])
        refused(route.ask(member, organization_id), 403, "forbidden")
    world.untouched(organization_id)


@pytest.mark.parametrize("route", [each for each in ROUTES if each.who is not Who.MACHINE], ids=str)
def test_a_session_is_about_its_own_organization_and_no_other(world: World, route: Route) -> None:
    admin, theirs = world.member(fresh("org")), fresh("org")

    refused(route.ask_about(admin, theirs), 403, "forbidden")

    world.untouched(theirs)
    world.untouched(admin.organization_id)


@pytest.mark.parametrize("route", [each for each in ROUTES if each.path.startswith(ORGANIZATION)], ids=str)
def test_what_no_organization_could_be_called_names_none(world: World, route: Route) -> None:
    for organization_id in ("a%23b", "%C3%A4", "a%20b", "x" * 101):
        refused(route.ask(world.machine(*SCOPES), organization_id), 400, "invalid_request")

"""Whose billing, and who may: every route of the table, tried by every kind of caller."""

import pytest

from billing.runtime.route import Who
from tests.deployment.gateway import ADMIN, MACHINE, MEMBER, http_event
from tests.deployment.routes import (
    MACHINES,
    SCOPES,
    SERVED,
    SESSIONS,
    WRITES,
    AnyRoute,
    body_of,
    event_of,
    right_caller,
)
from tests.deployment.world import World

PORTAL = "POST /api/subscription/portal"
EVERY_SCOPE = f"[{' '.join(sorted(SCOPES))}]"


def refused(world: World, route: AnyRoute, claims: dict[str, str] | None, *, reference: str | None = None) -> str:
    """The code of a refusal that has touched nothing."""
    answer = world.call(route.function, event_of(route, claims, reference=reference))
    assert answer.status == (401 if claims is None else 403), answer.text
    assert world.untouched()
    return answer.code


@pytest.mark.parametrize("route", SERVED, ids=str)
def test_every_route_needs_a_token(world: World, route: AnyRoute) -> None:
    assert refused(world, route, None) == "unauthenticated"


@pytest.mark.parametrize("route", SERVED, ids=str)
def test_whom_a_route_is_for_gets_through(world: World, route: AnyRoute) -> None:
    assert world.call(route.function, event_of(route, right_caller(route))).status not in (401, 403)


@pytest.mark.parametrize("route", [each for each in SESSIONS if each.who is not Who.BUYER], ids=str)
@pytest.mark.parametrize(
    "claims",
    [{name: value for name, value in ADMIN.items() if name != "oid"}, MACHINE | {"scopes": EVERY_SCOPE}],
    ids=["a person", "a machine"],
)
def test_every_session_route_needs_an_organization(world: World, route: AnyRoute, claims: dict[str, str]) -> None:
    assert refused(world, route, claims) == "organization_required"


@pytest.mark.parametrize("reference", ["org_2", "", "ORG_1", "org_1 "])
@pytest.mark.parametrize("route", SESSIONS, ids=str)
def test_another_organizations_billing_is_neither_read_nor_changed(
    world: World, route: AnyRoute, reference: str
) -> None:
    assert refused(world, route, ADMIN, reference=reference) == "forbidden"


@pytest.mark.parametrize("route", SESSIONS, ids=str)
def test_a_hook_that_allows_everything_opens_no_other_organization(
    world: World, route: AnyRoute, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("billing.hooks.authorize_reference", lambda *_: True)
    assert refused(world, route, ADMIN, reference="org_2") == "forbidden"


@pytest.mark.parametrize("answer", [None, False, 0, 1, "yes", "raise"], ids=repr)
@pytest.mark.parametrize("route", SESSIONS, ids=str)
def test_anything_but_true_of_the_hook_is_a_refusal(
    world: World, route: AnyRoute, answer: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hook(*_: object) -> object:
        if answer == "raise":
            raise RuntimeError("the team's code failed")
        return answer

    monkeypatch.setattr("billing.hooks.authorize_reference", hook)
    assert refused(world, route, ADMIN) == "forbidden"


@pytest.mark.parametrize("route", WRITES, ids=str)
@pytest.mark.parametrize("caller", [MEMBER, MEMBER | {"roles": "[]"}, MEMBER | {"roles": "[administrator]"}])
def test_only_billing_admins_change_anything(world: World, route: AnyRoute, caller: dict[str, str]) -> None:
    assert refused(world, route, caller) == "forbidden"


@pytest.mark.parametrize("caller", [MEMBER | {"roles": "[owner]"}, MEMBER | {"permissions": "[billing:manage]"}])
def test_a_role_or_a_permission_makes_a_billing_admin(world: World, caller: dict[str, str]) -> None:
    assert world.call("subscriptions/portal", http_event(PORTAL, claims=caller, body={})).status == 200


def test_the_deployment_says_which_roles_are_billing_admins(world: World) -> None:
    world.values |= {"BillingAdminRoles": " accountant , cfo", "BillingAdminPermissions": ""}
    accountant = MEMBER | {"roles": "[accountant]"}
    assert world.call("subscriptions/portal", http_event(PORTAL, claims=accountant, body={})).status == 200
    former = ADMIN | {"permissions": "[billing:manage]"}
    assert world.call("subscriptions/portal", http_event(PORTAL, claims=former, body={})).status == 403


@pytest.mark.parametrize("route", MACHINES, ids=str)
@pytest.mark.parametrize(
    "caller",
    [
        ADMIN,
        ADMIN | {"scopes": EVERY_SCOPE},
        "another scope",
        MACHINE | {"scopes": "[]"},
        MACHINE | {"oid": "org_1", "scopes": EVERY_SCOPE},
    ],
    ids=["admin", "admin with the scopes", "another scope", "no scope", "a machine in an organization"],
)
def test_only_a_machine_with_the_scope_may_call_its_routes(
    world: World, route: AnyRoute, caller: dict[str, str] | str
) -> None:
    others = MACHINE | {"scopes": f"[{' '.join(sorted(SCOPES - {route.scope}))}]"}
    assert refused(world, route, others if isinstance(caller, str) else caller) == "forbidden"


@pytest.mark.parametrize("route", [each for each in SESSIONS if each.who is Who.BUYER], ids=str)
@pytest.mark.parametrize("scopes", ["[]", "[billing:admin usage:write]"])
def test_a_machine_without_the_scope_buys_nothing(world: World, route: AnyRoute, scopes: str) -> None:
    assert refused(world, route, MACHINE | {"scopes": scopes}) == "forbidden"


@pytest.mark.parametrize("route", [each for each in SESSIONS if each.who is Who.BUYER], ids=str)
def test_a_session_buys_for_its_own_organization_whichever_way_it_names_another(world: World, route: AnyRoute) -> None:
    event = http_event(str(route), claims=ADMIN, body=body_of(route, organizationId="org_2"))
    answer = world.call(route.function, event)
    assert (answer.status, answer.code) == (403, "forbidden")
    assert world.untouched()

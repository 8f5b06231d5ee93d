"""Whose billing, and who may: every route of the table, tried by every kind of caller."""

from typing import Any

import pytest

from billing.runtime.route import Who
from tests.deployment.gateway import ADMIN, MACHINE, MEMBER, OWN_MACHINE, http_event
from tests.deployment.routes import (
    FOR_ALL,
    FOR_ONE,
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
from tests.deployment.subscriptions import subscribed
from tests.deployment.world import World

PORTAL = "POST /api/subscription/portal"
EVERY_SCOPE = {"scopes": sorted(SCOPES)}
HOMELESS = {name: value for name, value in ADMIN.items() if name != "oid"}
STRANGER = {name: value for name, value in OWN_MACHINE.items() if name != "oid"} | EVERY_SCOPE
"""A machine without an organization, such as the environment's own credentials."""


def refused(world: World, route: AnyRoute, claims: dict[str, Any] | None, **named: str) -> str:
    """The code of a refusal that has touched nothing; `named` as in `event_of`."""
    answer = world.call(route.function, event_of(route, claims, **named))
    assert answer.status == (401 if claims is None else 403), answer.text
    assert world.untouched()
    return answer.code


@pytest.mark.parametrize("route", SERVED, ids=str)
def test_every_route_needs_a_token(world: World, route: AnyRoute) -> None:
    assert refused(world, route, None) == "unauthenticated"


@pytest.mark.parametrize("route", SERVED, ids=str)
def test_whom_a_route_is_for_gets_through(world: World, route: AnyRoute) -> None:
    assert world.call(route.function, event_of(route, right_caller(route))).status not in (401, 403)


@pytest.mark.parametrize("route", SESSIONS, ids=str)
def test_every_session_route_needs_an_organization(world: World, route: AnyRoute) -> None:
    assert refused(world, route, HOMELESS) == "organization_required"


@pytest.mark.parametrize("route", [each for each in SESSIONS if not each.scope], ids=str)
@pytest.mark.parametrize("machine", [MACHINE, OWN_MACHINE, STRANGER], ids=["backend", "own", "stranger"])
def test_a_machine_is_no_session_whatever_its_token_says(
    world: World, route: AnyRoute, machine: dict[str, Any]
) -> None:
    claims = machine | EVERY_SCOPE | {"roles": ["admin"], "permissions": ["billing:manage"]}
    assert refused(world, route, claims) == "forbidden"


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
@pytest.mark.parametrize("caller", [MEMBER, MEMBER | {"roles": []}, MEMBER | {"roles": ["administrator"]}])
def test_only_billing_admins_change_anything(world: World, route: AnyRoute, caller: dict[str, Any]) -> None:
    assert refused(world, route, caller) == "forbidden"


@pytest.mark.parametrize("caller", [MEMBER | {"roles": ["owner"]}, MEMBER | {"permissions": ["billing:manage"]}])
def test_a_role_or_a_permission_makes_a_billing_admin(world: World, caller: dict[str, Any]) -> None:
    assert world.call("subscriptions/portal", http_event(PORTAL, claims=caller, body={})).status == 200


def test_the_deployment_says_which_roles_are_billing_admins(world: World) -> None:
    world.values |= {"BillingAdminRoles": " accountant , cfo", "BillingAdminPermissions": ""}
    accountant = MEMBER | {"roles": ["accountant"]}
    assert world.call("subscriptions/portal", http_event(PORTAL, claims=accountant, body={})).status == 200
    former = ADMIN | {"permissions": ["billing:manage"]}
    assert world.call("subscriptions/portal", http_event(PORTAL, claims=former, body={})).status == 403


@pytest.mark.parametrize("route", MACHINES, ids=str)
@pytest.mark.parametrize(
    "caller",
    [ADMIN, ADMIN | EVERY_SCOPE, ADMIN | {"scope": " ".join(SCOPES)}, HOMELESS | EVERY_SCOPE],
    ids=["admin", "with the scopes", "with the scopes as text", "without an organization"],
)
def test_a_session_is_no_machine_whatever_its_token_says(world: World, route: AnyRoute, caller: dict[str, Any]) -> None:
    assert refused(world, route, caller) == "forbidden"


@pytest.mark.parametrize("route", [*FOR_ONE, *FOR_ALL], ids=str)
@pytest.mark.parametrize("machine", [MACHINE, OWN_MACHINE], ids=["backend", "own"])
def test_a_machine_needs_the_scope_of_the_route(world: World, route: AnyRoute, machine: dict[str, Any]) -> None:
    for scopes in ([], sorted(SCOPES - route.scopes), " ".join(SCOPES), [" ".join(SCOPES)]):
        assert refused(world, route, machine | {"scopes": scopes}) == "forbidden"


@pytest.mark.parametrize("route", [each for each in (*FOR_ONE, *FOR_ALL) if each.scope == "billing:read"], ids=str)
@pytest.mark.parametrize("scope", ["billing:read", "billing:admin"])
def test_what_only_reads_is_open_to_the_scope_that_reads_and_to_the_one_that_may_do_more(
    world: World, route: AnyRoute, scope: str
) -> None:
    assert world.call(route.function, event_of(route, MACHINE | {"scopes": [scope]})).status not in (401, 403)


@pytest.mark.parametrize("organization", ["org_1", "org_2", "org_backend"])
@pytest.mark.parametrize("route", FOR_ONE, ids=str)
def test_a_backend_client_acts_for_every_organization(world: World, route: AnyRoute, organization: str) -> None:
    event = event_of(route, MACHINE | {"scopes": [route.scope]}, organization=organization)
    assert world.call(route.function, event).status not in (401, 403)


@pytest.mark.parametrize("route", FOR_ALL, ids=str)
def test_only_a_backend_client_asks_about_all_organizations(world: World, route: AnyRoute) -> None:
    assert world.call(route.function, event_of(route, MACHINE | EVERY_SCOPE)).status == 200
    world.account.start_over()
    assert refused(world, route, OWN_MACHINE | EVERY_SCOPE) == "forbidden"


@pytest.mark.parametrize("route", FOR_ONE, ids=str)
def test_an_organizations_own_client_acts_for_it_and_for_no_other(world: World, route: AnyRoute) -> None:
    own = OWN_MACHINE | EVERY_SCOPE
    for organization in ("org_2", "org_backend", "ORG_1"):
        assert refused(world, route, own, organization=organization) == "forbidden"
    assert world.call(route.function, event_of(route, own)).status not in (401, 403)


@pytest.mark.parametrize("route", [*FOR_ONE, *FOR_ALL], ids=str)
def test_a_machine_without_an_organization_is_nobodys(world: World, route: AnyRoute) -> None:
    assert refused(world, route, STRANGER) == "forbidden"


@pytest.mark.parametrize("route", [*FOR_ONE, *FOR_ALL], ids=str)
def test_a_machine_without_an_organization_may_be_a_backend_client(world: World, route: AnyRoute) -> None:
    world.values["ScalekitBackendClientIds"] = f"m2morg_backend, {STRANGER['client_id']}"
    assert world.call(route.function, event_of(route, STRANGER)).status not in (401, 403)


@pytest.mark.parametrize("route", [*FOR_ONE, *FOR_ALL], ids=str)
def test_a_deployment_that_lists_no_backend_client_has_none(world: World, route: AnyRoute) -> None:
    world.values["ScalekitBackendClientIds"] = ""
    assert refused(world, route, MACHINE | EVERY_SCOPE) == "forbidden"


@pytest.mark.parametrize("route", [each for each in SESSIONS if each.scope], ids=str)
def test_a_backend_client_says_which_organization_it_means(world: World, route: AnyRoute) -> None:
    event = http_event(str(route), claims=MACHINE | EVERY_SCOPE, body=body_of(route))
    answer = world.call(route.function, event)
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert world.untouched()


@pytest.mark.parametrize("route", [each for each in SESSIONS if each.who is Who.BUYER], ids=str)
def test_an_organizations_own_client_need_not_name_it_to_buy(world: World, route: AnyRoute) -> None:
    event = http_event(str(route), claims=OWN_MACHINE | EVERY_SCOPE, body=body_of(route))
    assert world.call(route.function, event).status == 200
    assert world.chargebee.called()


@pytest.mark.parametrize("route", [each for each in SESSIONS if each.who is Who.READER], ids=str)
def test_a_gate_in_a_backend_reads_what_a_member_of_the_organization_would(world: World, route: AnyRoute) -> None:
    subscribed(world)
    by_member = world.call(route.function, event_of(route, MEMBER))
    assert by_member.status == 200
    for machine in (MACHINE, OWN_MACHINE):
        by_machine = world.call(route.function, event_of(route, machine | {"scopes": ["billing:read"]}))
        assert (by_machine.status, by_machine.body) == (200, by_member.body)


@pytest.mark.parametrize("route", [each for each in SESSIONS if each.who is Who.READER], ids=str)
def test_a_session_reads_its_own_organization_whichever_way_it_names_another(world: World, route: AnyRoute) -> None:
    assert refused(world, route, MEMBER, organization="org_2") == "forbidden"


@pytest.mark.parametrize("route", [each for each in SESSIONS if each.who is Who.BUYER], ids=str)
def test_a_session_buys_for_its_own_organization_whichever_way_it_names_another(world: World, route: AnyRoute) -> None:
    assert refused(world, route, ADMIN, organization="org_2") == "forbidden"

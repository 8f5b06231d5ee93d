"""Every route is closed to whoever may not: before its body is even read."""

import pytest

from billing.runtime.route import Who
from tests.deployment.routes import MACHINES, SCOPES, SERVED, SESSIONS, WRITES, AnyRoute
from tests.stack.api import ask, refused
from tests.stack.world import World, fresh


@pytest.mark.parametrize("route", SERVED, ids=str)
def test_a_route_needs_a_token_that_scalekit_has_signed(world: World, route: AnyRoute) -> None:
    organization_id = fresh("org")

    assert ask(route, world.bearer(None), organization_id).status_code == 401
    assert ask(route, world.bearer("let-me-in"), organization_id).status_code == 401
    world.untouched(organization_id)


@pytest.mark.parametrize("route", MACHINES, ids=str)
def test_a_machines_route_is_closed_to_sessions_and_to_other_scopes(world: World, route: AnyRoute) -> None:
    organization_id = fresh("org")
    others, none = world.machine(*SCOPES - {route.scope}), world.machine()
    smuggler = world.member(organization_id, scopes=sorted(SCOPES))

    for caller in (others, none, smuggler, world.member(organization_id)):
        refused(ask(route, caller, organization_id), 403, "forbidden")
    world.untouched(organization_id)


@pytest.mark.parametrize("route", SESSIONS, ids=str)
def test_a_sessions_route_is_closed_to_whoever_has_no_organization(world: World, route: AnyRoute) -> None:
    homeless = world.bearer(world.scalekit.token(None))

    if route.who is Who.BUYER:
        refused(ask(route, world.machine(*SCOPES - {route.scope}), ""), 403, "forbidden")
        refused(ask(route, homeless, ""), 403, "forbidden")
    else:
        refused(ask(route, world.machine(*SCOPES), ""), 403, "organization_required")
        refused(ask(route, homeless, ""), 403, "organization_required")


@pytest.mark.parametrize("route", WRITES, ids=str)
def test_a_change_is_closed_to_whoever_is_no_billing_admin(world: World, route: AnyRoute) -> None:
    member = world.member(fresh("org"), roles=["member"], permissions=["billing:read"])

    refused(ask(route, member, member.organization_id), 403, "forbidden")
    world.untouched(member.organization_id)


@pytest.mark.parametrize("route", SESSIONS, ids=str)
def test_a_session_is_about_its_own_organization_and_no_other(world: World, route: AnyRoute) -> None:
    admin, theirs = world.member(fresh("org")), fresh("org")

    refused(ask(route, admin, theirs, reference=theirs), 403, "forbidden")

    world.untouched(theirs)
    world.untouched(admin.organization_id)


@pytest.mark.parametrize("route", [each for each in MACHINES if not each.about_all], ids=str)
def test_what_no_organization_could_be_called_names_none(world: World, route: AnyRoute) -> None:
    for organization_id in ("a%23b", "%C3%A4", "a%20b", "x" * 101):
        refused(ask(route, world.machine(*SCOPES), organization_id), 400, "invalid_request")

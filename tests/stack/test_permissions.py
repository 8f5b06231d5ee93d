"""Every route is closed to whoever may not: before its body is even read."""

import pytest

from billing.runtime.route import Who
from tests.deployment.routes import FOR_ALL, FOR_ONE, MACHINES, SCOPES, SERVED, SESSIONS, WRITES, AnyRoute
from tests.stack.api import ask, refused
from tests.stack.world import Cloud, fresh


@pytest.mark.parametrize("route", SERVED, ids=str)
def test_a_route_needs_a_token_that_scalekit_has_signed(world: Cloud, route: AnyRoute) -> None:
    organization_id = fresh("org")

    assert ask(route, world.bearer(None), organization_id).status_code == 401
    assert ask(route, world.bearer("let-me-in"), organization_id).status_code == 401
    world.untouched(organization_id)


@pytest.mark.parametrize("route", MACHINES, ids=str)
def test_a_machines_route_is_closed_to_sessions_and_to_other_scopes(world: Cloud, route: AnyRoute) -> None:
    organization_id = fresh("org")
    others, none = world.machine(*SCOPES - route.scopes), world.machine()
    smuggler = world.member(organization_id, scopes=sorted(SCOPES))

    for caller in (others, none, smuggler, world.member(organization_id)):
        refused(ask(route, caller, organization_id), 403, "forbidden")
    world.untouched(organization_id)


@pytest.mark.parametrize("route", FOR_ONE, ids=str)
def test_an_organizations_own_client_acts_for_no_other(world: Cloud, route: AnyRoute) -> None:
    theirs = fresh("org")
    body = {"organizationId": theirs} if route.who is Who.BUYER else {}

    for caller in (world.own_machine(fresh("org"), *SCOPES), world.bearer(homeless_machine(world))):
        refused(ask(route, caller, theirs, **body), 403, "forbidden")
    world.untouched(theirs)


@pytest.mark.parametrize("route", FOR_ONE, ids=str)
def test_an_organizations_own_client_acts_for_it(world: Cloud, route: AnyRoute) -> None:
    own = world.own_machine(fresh("org"), route.scope)

    assert ask(route, own, own.organization_id).status_code not in (401, 403)


@pytest.mark.parametrize("route", FOR_ALL, ids=str)
def test_only_the_teams_backend_asks_about_all_organizations(world: Cloud, route: AnyRoute) -> None:
    assert ask(route, world.machine(route.scope), "").status_code == 200
    refused(ask(route, world.own_machine(fresh("org"), *SCOPES), ""), 403, "forbidden")
    refused(ask(route, world.bearer(homeless_machine(world)), ""), 403, "forbidden")


def homeless_machine(world: Cloud) -> str:
    """A token of the environment's own credentials, for all scopes."""
    return world.scalekit.token(None, client_id="skc_local", scopes=sorted(SCOPES), audience=["billing"])


@pytest.mark.parametrize("route", SESSIONS, ids=str)
def test_a_sessions_route_is_closed_to_whoever_has_no_organization(world: Cloud, route: AnyRoute) -> None:
    refused(ask(route, world.bearer(world.scalekit.token(None)), ""), 403, "organization_required")


@pytest.mark.parametrize("route", SESSIONS, ids=str)
def test_a_sessions_route_is_closed_to_machines(world: Cloud, route: AnyRoute) -> None:
    organization_id = fresh("org")
    scopes = SCOPES - route.scopes

    for machine in (world.machine(*scopes), world.own_machine(organization_id, *scopes)):
        refused(ask(route, machine, organization_id), 403, "forbidden")
    world.untouched(organization_id)


@pytest.mark.parametrize("route", WRITES, ids=str)
def test_a_change_is_closed_to_whoever_is_no_billing_admin(world: Cloud, route: AnyRoute) -> None:
    member = world.member(fresh("org"), roles=["member"], permissions=["billing:read"])

    refused(ask(route, member, member.organization_id), 403, "forbidden")
    world.untouched(member.organization_id)


@pytest.mark.parametrize("route", SESSIONS, ids=str)
def test_a_session_is_about_its_own_organization_and_no_other(world: Cloud, route: AnyRoute) -> None:
    admin, theirs = world.member(fresh("org")), fresh("org")

    refused(ask(route, admin, theirs, reference=theirs), 403, "forbidden")

    world.untouched(theirs)
    world.untouched(admin.organization_id)


@pytest.mark.parametrize("route", [each for each in MACHINES if not each.about_all], ids=str)
def test_what_no_organization_could_be_called_names_none(world: Cloud, route: AnyRoute) -> None:
    for organization_id in ("a%23b", "%C3%A4", "a%20b", "x" * 101):
        refused(ask(route, world.machine(*SCOPES), organization_id), 400, "invalid_request")

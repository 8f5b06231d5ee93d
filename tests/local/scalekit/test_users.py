"""An organization's users, over gRPC as the vendor's own SDK asks for them and over REST."""

import json
from typing import Any

import pytest

from tests.local.scalekit.simulator import Simulator

FOUNDERS = 2  # every organization starts with an admin and a member


def add_members(simulator: Simulator, organization: str, count: int) -> None:
    for number in range(count):
        simulator.send("POST", f"/_sim/organizations/{organization}/members", {"email": f"user{number}@acme.example"})


def test_a_user_has_the_fields_of_the_vendors_user_object(sdk: Any, simulator: Simulator) -> None:
    acme = simulator.create("Acme")["id"]
    answer = sdk.users.list_organization_users(acme)[0]
    assert [user.email for user in answer.users] == ["admin@acme.example", "member@acme.example"]
    admin = answer.users[0]
    (membership,) = admin.memberships
    assert admin.id.startswith("usr_")
    assert admin.user_profile.name == "Admin"
    assert (membership.organization_id, membership.display_name) == (acme, "Acme")
    assert [role.name for role in membership.roles] == ["admin"]
    assert membership.join_time == admin.create_time


def test_the_total_is_the_number_of_members_whatever_the_page(sdk: Any, simulator: Simulator) -> None:
    acme, other = simulator.create("Acme")["id"], simulator.create("Globex")["id"]
    add_members(simulator, acme, 11)
    assert sdk.users.list_organization_users(acme, page_size=10)[0].total_size == FOUNDERS + 11
    assert sdk.users.list_organization_users(acme, page_size=1)[0].total_size == FOUNDERS + 11
    assert sdk.users.list_organization_users(other, page_size=10)[0].total_size == FOUNDERS


def test_the_total_follows_a_member_who_leaves(sdk: Any, simulator: Simulator) -> None:
    acme = simulator.create("Acme")["id"]
    leaver = sdk.users.list_organization_users(acme)[0].users[1].id
    simulator.call("DELETE", f"/_sim/organizations/{acme}/members/{leaver}")
    left = sdk.users.list_organization_users(acme)[0]
    assert (left.total_size, [user.email for user in left.users]) == (1, ["admin@acme.example"])


def test_users_are_paged_forwards_and_backwards(sdk: Any, simulator: Simulator) -> None:
    acme = simulator.create("Acme")["id"]
    add_members(simulator, acme, 5)
    list_users = sdk.users.list_organization_users
    first = list_users(acme, page_size=3)[0]
    second = list_users(acme, page_size=3, page_token=first.next_page_token)[0]
    third = list_users(acme, page_size=3, page_token=second.next_page_token)[0]
    assert [len(page.users) for page in (first, second, third)] == [3, 3, 1]
    assert len({user.id for page in (first, second, third) for user in page.users}) == 7
    assert (first.prev_page_token, third.next_page_token) == ("", "")
    assert list_users(acme, page_size=3, page_token=third.prev_page_token)[0].users == second.users


def test_what_the_vendor_refuses_is_refused(sdk: Any, simulator: Simulator) -> None:
    from scalekit.common import exceptions

    acme = simulator.create("Acme")["id"]
    for organization, page in ((acme, {"page_size": 101}), (acme, {"page_token": "!"}), ("acme", {}), ("", {})):
        with pytest.raises(exceptions.ScalekitBadRequestException):
            sdk.users.list_organization_users(organization, **page)
    with pytest.raises(exceptions.ScalekitNotFoundException):
        sdk.users.list_organization_users("org_unknown")


def test_a_deleted_organization_has_no_users_to_list(sdk: Any, simulator: Simulator) -> None:
    from scalekit.common.exceptions import ScalekitNotFoundException

    acme = simulator.create("Acme")["id"]
    sdk.organization.delete_organization(acme)
    with pytest.raises(ScalekitNotFoundException):
        sdk.users.list_organization_users(acme)


def test_rest_answers_as_grpc_does(sdk: Any, simulator: Simulator) -> None:
    acme = simulator.create("Acme")["id"]
    answer = simulator.get(f"/api/v1/organizations/{acme}/users?page_size=1", **simulator.bearer).json()
    known = sdk.users.list_organization_users(acme, page_size=1)[0]
    assert [user["id"] for user in answer["users"]] == [user.id for user in known.users]
    assert (answer["total_size"], answer["next_page_token"]) == (FOUNDERS, known.next_page_token)
    assert answer["users"][0]["memberships"][0]["membership_status"] == "ACTIVE"


@pytest.mark.parametrize("query", ["page_size=101", "page_size=-1", "page_token=!", "unknown=1"])
def test_a_wrong_page_is_refused_over_rest(simulator: Simulator, query: str) -> None:
    acme = simulator.create("Acme")["id"]
    assert simulator.get(f"/api/v1/organizations/{acme}/users?{query}", **simulator.bearer).status == 400


@pytest.mark.parametrize(
    ("verb", "path", "body"),
    [
        ("GET", "/users/usr_1234567890123456", None),
        ("GET", "/users:external/one", None),
        ("GET", "/users:this", None),
        ("GET", "/organizations/org_1/users:search?query=admin", None),
        ("POST", "/memberships/organizations/org_1/users:external/one", {"roles": []}),
        ("POST", "/organizations/org_1/users/usr_1/roles", [{"role_name": "admin"}]),
    ],
)
def test_every_other_route_of_the_service_says_that_it_is_not_simulated(
    simulator: Simulator, verb: str, path: str, body: object
) -> None:
    sent = None if body is None else json.dumps(body).encode()
    answer = simulator.call(verb, f"/api/v1{path}", sent, **simulator.bearer)
    assert (answer.status, answer.json()["code"]) == (501, 12)


def test_every_other_method_of_the_service_is_the_sdks_not_implemented(sdk: Any) -> None:
    from scalekit.common.exceptions import ScalekitNotImplementedException

    with pytest.raises(ScalekitNotImplementedException):
        sdk.users.list_users()


def test_an_api_fault_is_for_one_method_of_one_service(sdk: Any, simulator: Simulator) -> None:
    from scalekit.common.exceptions import ScalekitTooManyRequestsException

    acme = simulator.create("Acme")["id"]
    fault = {"path": "/scalekit.v1.users.UserService/ListOrganizationUsers", "status": 429, "count": 1}
    simulator.send("PUT", "/_sim/faults", {"api": [fault]})
    assert sdk.organization.list_organizations()[0].total_size == 1
    with pytest.raises(ScalekitTooManyRequestsException):
        sdk.users.list_organization_users(acme)
    assert sdk.users.list_organization_users(acme)[0].total_size == FOUNDERS


def test_an_empty_array_where_an_object_is_due_is_refused(simulator: Simulator) -> None:
    path = "/api/v1/memberships/organizations/org_1/users/usr_123456789012345"
    assert simulator.call("POST", path, b"[]", **simulator.bearer).status == 400

from typing import Any

import pytest

from tests.deployment.gateway import MACHINE
from tests.deployment.lambda_runtime import Answer
from tests.deployment.metering import calls, entitlement, machine_call, read, used
from tests.deployment.world import World

WHO = {"by": "ada", "reason": "a launch"}


def save(world: World, grant_id: str = "launch", **fields: Any) -> Answer:
    path = {"grantId": grant_id}
    return machine_call(world, "metering/save_grant", "PUT /grants/{grantId}", WHO | fields, path=path)


def delete(world: World, query: str = "by=bob&reason=over") -> Answer:
    path = {"grantId": "launch"}
    return machine_call(world, "metering/delete_grant", "DELETE /grants/{grantId}", query=query, path=path)


def test_more_units_are_used_after_the_plans_own_and_no_further(world: World) -> None:
    used(world, calls("e1", 100))
    assert used(world, calls("e2"))[0]["result"] == "refused"
    assert save(world, feature="api-calls", units=50).status == 200
    assert used(world, calls("e2", 50))[0]["billed"] == {"fromAllowance": 50, "beyondAllowance": 0}
    assert used(world, calls("e3"))[0]["code"] == "exhausted"
    balance = entitlement(world).body["balance"]
    assert (balance["balance"], balance["limit"], balance["usage"]) == (0, 150, 150)


def test_a_feature_is_there_from_the_grant_to_its_deletion(world: World) -> None:
    save(world, feature="sso")
    assert entitlement(world, feature="sso").body["allowed"] is True
    assert delete(world).body["deleted"] is True
    assert entitlement(world, feature="sso").body == {"allowed": False, "reason": "not_in_plan", "balance": None}


def test_who_gave_and_who_took_away_is_shown_afterwards(world: World) -> None:
    given = save(world, feature="api-calls", limit="unlimited").body
    assert (given["limit"], given["units"], given["endsAt"]) == ("unlimited", None, None)
    listed = machine_call(world, "metering/list_grants", "GET /grants")
    assert listed.body == {"grants": [given]}
    deleted = delete(world).body
    assert machine_call(world, "metering/list_grants", "GET /grants").body == {"grants": []}
    shown = machine_call(world, "metering/read_grant", "GET /grants/{grantId}", path={"grantId": "launch"})
    assert shown.body == {"versions": [deleted, given]}
    assert [(each["by"], each["reason"]) for each in (deleted, given)] == [("bob", "over"), ("ada", "a launch")]


def test_members_see_what_their_organization_is_given_and_not_by_whom_or_why(world: World) -> None:
    save(world, feature="api-calls", units=50, startsAt=1_790_000_000, endsAt=4_102_444_800)
    given = {"feature": "api-calls", "units": 50, "limit": None, "startsAt": 1_790_000_000, "endsAt": 4_102_444_800}
    assert read(world, "metering/own_grants", "GET /api/grants").body == {"grants": [given]}
    another = read(world, "metering/own_grants", "GET /api/grants", "referenceId=org_2")
    assert (another.status, another.code) == (403, "forbidden")
    delete(world)
    assert read(world, "metering/own_grants", "GET /api/grants").body == {"grants": []}


def test_an_organizations_alerts_are_announced_with_the_use_that_reaches_them(world: World) -> None:
    body = {"thresholds": {"api-calls": [80, 50]}}
    assert machine_call(world, "metering/save_alerts", "PUT /alerts", body).body == {
        "thresholds": {"api-calls": [50, 80]}
    }
    used(world, calls("e1", 49))
    assert world.news() == []
    used(world, calls("e2", 1))
    assert world.news() == ["entitlement.threshold_reached"]
    assert machine_call(world, "metering/alerts", "GET /alerts").body == {"thresholds": {"api-calls": [50, 80]}}


def test_what_a_grant_does_is_announced(world: World) -> None:
    save(world, feature="sso")
    save(world, feature="sso", endsAt=4_102_444_800)
    delete(world)
    assert world.news() == ["grant.changed", "grant.created", "grant.deleted"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"feature": "api-calls", "units": 5, "limit": 5},
        {"feature": "api-calls", "units": 0},
        {"feature": "api-calls", "limit": "much"},
        {"feature": "sso", "by": ""},
        {"feature": "sso", "until": 5},
        {"feature": "sso", "endsAt": 4_102_444_800_000},
        {"feature": "sso", "startsAt": -(10**40)},
    ],
    ids=str,
)
def test_a_wish_that_is_not_exactly_right_is_refused(world: World, wrong: dict[str, Any]) -> None:
    answer = save(world, **wrong)
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert world.items("ORG#") == []


@pytest.mark.parametrize("query", ["", "by=bob", "reason=over", "by=&reason=over", f"by=bob&reason={'x' * 501}"])
def test_nobody_deletes_without_a_name_and_a_reason(world: World, query: str) -> None:
    save(world, feature="sso")
    answer = delete(world, query)
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert entitlement(world, feature="sso").body["allowed"] is True


def test_a_grant_that_is_gone_does_not_come_back_by_a_request_that_was_sent_again(world: World) -> None:
    save(world, feature="sso")
    delete(world)
    answer = save(world, feature="sso")
    assert (answer.status, answer.code) == (409, "id_conflict")


def test_a_version_that_has_moved_on_is_not_changed(world: World) -> None:
    save(world, feature="api-calls", units=5)
    save(world, feature="api-calls", units=6, version=1)
    answer = save(world, feature="api-calls", units=7, version=1)
    assert (answer.status, answer.code) == (409, "conflict")
    assert answer.body["error"] == "The grant has version 2 by now."
    assert entitlement(world).body["balance"]["limit"] == 106


def test_grants_are_for_the_teams_administrators(world: World) -> None:
    claims = MACHINE | {"scopes": ["usage:write"]}
    answer = machine_call(world, "metering/list_grants", "GET /grants", claims=claims)
    assert (answer.status, answer.code) == (403, "forbidden")

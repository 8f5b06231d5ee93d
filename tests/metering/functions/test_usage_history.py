"""What was used, by feature and day: what is summed up anyway, shown to whoever may see the organization's billing."""

from typing import Any

import pytest

from tests.deployment.gateway import MACHINE, MEMBER, OWN_MACHINE, http_event
from tests.deployment.lambda_runtime import Answer
from tests.deployment.metering import machine_call, use
from tests.deployment.subscriptions import subscribed
from tests.deployment.world import World

NOW = 1_790_000_000
FIRST, SECOND = "2026-09-20", "2026-09-21"
"""The second is the UTC date of now."""
DAY = 86_400


def history(world: World, query: str = f"from={FIRST}&to={SECOND}", claims: dict[str, Any] | None = None) -> Answer:
    event = http_event("GET /api/usage", claims=claims or MEMBER, query=query)
    return world.call("metering/usage_history", event)


def reported(world: World, *uses: tuple[int, int]) -> None:
    """Uses of api-calls: how much, and how many seconds ago."""
    events = [
        {"id": f"e{place}", "feature": "api-calls", "quantity": quantity, "occurredAt": NOW - ago}
        for place, (quantity, ago) in enumerate(uses)
    ]
    assert use(world, *events).status == 200


@pytest.fixture
def used(world: World) -> World:
    subscribed(world)
    world.freeze(NOW)
    reported(world, (3, 0), (4, 60), (5, DAY))
    return world


def test_each_day_has_what_was_used_on_it(used: World) -> None:
    days = [{"date": FIRST, "quantity": 5, "events": 1}, {"date": SECOND, "quantity": 7, "events": 2}]
    assert history(used).body == {
        "from": FIRST,
        "to": SECOND,
        "features": [{"feature": "api-calls", "days": days}],
    }


def test_what_a_meter_was_adjusted_by_stands_beside_its_days_and_who_and_why_for_whoever_may_adjust(
    used: World,
) -> None:
    for ago in (0, DAY):
        body = {"key": f"k{ago}", "feature": "api-calls", "quantity": -2, "by": "ada", "reason": "a bug"}
        when = {"occurredAt": NOW - ago} if ago else {}
        made = machine_call(used, "metering/adjust_meter", "POST /usage/adjustments", body | when).body
        again = machine_call(used, "metering/adjust_meter", "POST /usage/adjustments", body | when).body
        assert made == again
    [feature] = history(used).body["features"]
    assert [(each["date"], each["quantity"], each["events"]) for each in feature["days"]] == [
        (FIRST, 3, 1),
        (SECOND, 5, 2),
    ]
    counted = [
        {
            "feature": "api-calls",
            "quantity": -2,
            "occurredAt": NOW - ago,
            "at": NOW,
            "billed": {"fromAllowance": -2, "beyondAllowance": 0},
        }
        for ago in (DAY, 0)
    ]
    assert feature["adjustments"] == counted, "the words of the back office stay there"
    named = f"from={FIRST}&to={SECOND}&organizationId=org_1"
    [read] = history(used, named, OWN_MACHINE | {"scopes": ["billing:read"]}).body["features"]
    assert read["adjustments"] == counted
    [feature] = history(used, named, OWN_MACHINE | {"scopes": ["billing:admin"]}).body["features"]
    assert feature["adjustments"] == [
        each | {"key": key, "by": "ada", "reason": "a bug"}
        for each, key in zip(counted, (f"k{DAY}", "k0"), strict=True)
    ]


def test_only_the_days_that_are_asked_for_are_shown(used: World) -> None:
    [feature] = history(used, f"from={SECOND}&to={SECOND}").body["features"]
    assert [each["date"] for each in feature["days"]] == [SECOND]
    assert history(used, "from=2026-09-22&to=2026-09-23").body["features"] == []


def test_one_feature_alone_can_be_asked_for(used: World) -> None:
    assert len(history(used, f"from={FIRST}&to={SECOND}&feature=api-calls").body["features"]) == 1
    assert history(used, f"from={FIRST}&to={SECOND}&feature=sso").body["features"] == []


def test_it_costs_one_read_and_chargebee_nothing(used: World) -> None:
    used.account.calls.clear()
    used.chargebee.forget_calls()
    history(used)
    assert (used.account.calls, used.chargebee.called()) == (["dynamodb.Query"], [])


def test_an_organization_sees_its_own_use_alone(used: World) -> None:
    assert history(used, claims=MEMBER | {"oid": "org_2"}).body["features"] == []


def test_a_backend_reads_it_with_the_scope_to_read(used: World) -> None:
    query = f"from={FIRST}&to={SECOND}&organizationId=org_1"
    assert len(history(used, query, MACHINE | {"scopes": ["billing:read"]}).body["features"]) == 1


@pytest.mark.parametrize(
    "query",
    [
        "",
        "from=2026-09-20",
        "from=2026-09-21&to=2026-09-20",
        "from=then&to=now",
        "from=2025-09-20&to=2026-09-21",
    ],
)
def test_days_that_are_none_or_too_many_are_refused(world: World, query: str) -> None:
    answer = history(world, query)
    assert (answer.status, answer.code) == (400, "invalid_request")


def test_a_year_is_not_too_much(world: World) -> None:
    assert history(world, "from=2025-09-21&to=2026-09-21").status == 200

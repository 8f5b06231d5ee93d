"""Plans that are changed at run time, with whom that affects."""

from typing import Any

import pytest

from billing.subscriptions.table.plan_rows import DynamoPlanRows
from tests.deployment.gateway import ADMIN, MACHINE, http_event
from tests.deployment.lambda_runtime import Answer, forget_warm_state
from tests.deployment.subscriptions import apply
from tests.deployment.world import World
from tests.subscriptions.examples import NOW, customer_json, event_json, item_json, subscription_json

MONTHLY = {"item_price_id": "pro-monthly", "amount": 100, "currency": "USD", "period": "month"}
YEARLY = {"item_price_id": "pro-yearly", "amount": 1000, "currency": "USD", "period": "year"}
PRO: dict[str, Any] = {"id": "pro", "name": "Pro", "prices": [MONTHLY, YEARLY], "features": {"audit": True}}


def call(world: World, method: str, plan: str, body: Any = None, query: str = "") -> Answer:
    verb = {"GET": "read", "PUT": "save", "DELETE": "delete"}[method]
    event = http_event(f"{method} /api/plans/{{plan}}", claims=MACHINE, body=body, query=query)
    return world.call(f"plans/{verb}", event | {"pathParameters": {"plan": plan}})


def put(world: World, entry: dict[str, Any], plan: str = "pro", query: str = "", **seen: str) -> Answer:
    return call(world, "PUT", plan, {"entry": entry, **seen}, query)


def has(world: World, item_price_id: str, subscription_id: str = "cb1", at: int = NOW, **fields: Any) -> None:
    """News of a subscription of org_1."""
    world.freeze(NOW)
    fields |= {"id": subscription_id, "created_at": at, "resource_version": at * 1000}
    content = {"subscription": subscription_json(subscription_items=[item_json(item_price_id)], **fields)}
    event = event_json("subscription_changed", f"ev_{subscription_id}_{at}")
    apply(world, event | {"content": content | {"customer": customer_json()}})


def listed(world: World) -> list[str]:
    """What a function that has just started offers."""
    forget_warm_state()
    answer = world.call("plans/list", http_event("GET /api/plans", claims=ADMIN))
    return [plan["itemPriceId"] for plan in answer.body["plans"]]


def test_a_plan_that_is_put_is_sold_and_one_that_is_deleted_is_as_the_file_has_it(world: World) -> None:
    before = listed(world)
    assert put(world, PRO).body["written"]
    assert listed(world) == [*before, "pro-monthly", "pro-yearly"]
    assert put(world, PRO).body["changes"] == [], "put twice, it is there once"
    assert call(world, "DELETE", "pro").body["written"]
    assert listed(world) == before
    assert call(world, "DELETE", "pro").code == "unknown_plan"


def test_a_dry_run_says_what_would_change_and_for_how_many_and_writes_nothing(world: World) -> None:
    put(world, PRO)
    has(world, "pro-yearly")
    cheaper = PRO | {"features": {}, "prices": [MONTHLY | {"amount": 90}, YEARLY]}
    answer = put(world, cheaper, query="dryRun=true")
    assert answer.body == {
        "plan": "pro",
        "written": False,
        "changes": [
            {"plan": "pro", "what": "features.audit", "before": "on", "after": None},
            {
                "plan": "pro",
                "what": "price pro-monthly",
                "before": "100 USD a month, sold",
                "after": "90 USD a month, sold",
            },
        ],
        "organizations": {"pro-monthly": 0, "pro-yearly": 1},
    }
    assert put(world, cheaper).body["changes"] == answer.body["changes"]
    assert call(world, "DELETE", "pro", query="dryRun=true").body["organizations"] == answer.body["organizations"]
    assert call(world, "GET", "pro").body["source"] == "table"


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_an_item_price_that_somebody_has_is_not_taken_away(world: World, method: str) -> None:
    put(world, PRO)
    has(world, "pro-yearly")
    rows = world.items("PLAN")
    refused = put(world, PRO | {"prices": [MONTHLY]}) if method == "PUT" else call(world, "DELETE", "pro")
    assert (refused.status, refused.code) == (409, "invalid_state")
    assert "1 of pro-yearly" in refused.body["error"]
    assert world.items("PLAN") == rows
    assert put(world, PRO | {"prices": [MONTHLY, YEARLY | {"sale": "retired"}]}).status == 200


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        ({}, "not 'pro'"),
        (PRO | {"id": "other"}, "not 'pro'"),
        (PRO | {"trail_days": 1}, "unknown field 'trail_days'"),
        (PRO | {"pk": "ORG#org_1"}, "unknown field 'pk'"),
        (PRO | {"trial_days": 1.5}, "trial_days must be a whole number"),
        (PRO | {"name": None}, "name must be text"),
        ({"id": "pro", "name": "Pro", "default": True}, "more than one default"),
    ],
)
def test_an_entry_that_is_not_exactly_right_is_refused_with_the_place_and_not_written(
    world: World, entry: dict[str, Any], named: str
) -> None:
    for query in ("", "dryRun=true"):
        refused = put(world, entry, query=query)
        assert (refused.status, refused.code) == (400, "invalid_request")
        assert named in refused.body["error"]
    assert world.items("PLAN") == []


@pytest.mark.parametrize(
    ("taken", "owner"),
    [
        ("growth", "growth"),
        ("pro-yearly", "pro"),
        ("priority-support", "priority-support"),
        ("onboarding", "onboarding"),
    ],
)
def test_no_plan_gets_an_item_price_that_another_entry_has(world: World, taken: str, owner: str) -> None:
    put(world, PRO)
    rows = world.items("PLAN")
    entry = {"id": "max", "name": "Max", "prices": [MONTHLY | {"item_price_id": taken}]}
    for query in ("", "dryRun=true"):
        refused = put(world, entry, "max", query)
        assert (refused.status, refused.code) == (409, "invalid_state")
        assert f"{taken} is {owner!r} already" in refused.body["error"]
    assert put(world, {"item_price_id": "pro-yearly", "name": "Alone"}, "pro-yearly").status == 409
    assert world.items("PLAN") == rows


def test_every_live_subscription_counts_and_each_organization_once(world: World) -> None:
    put(world, PRO)
    has(world, "pro-yearly")
    has(world, "pro-monthly", "cb2", NOW + 1)
    has(world, "pro-monthly", "cb3", NOW + 2)
    assert call(world, "GET", "pro").body["organizations"] == {"pro-monthly": 1, "pro-yearly": 1}
    for name in ("pro", "pro-yearly", "pro-monthly"):
        event = http_event("GET /api/organizations", claims=MACHINE, query=f"plan={name}")
        [shown] = world.call("organizations/list", event).body["organizations"]
        assert (shown["id"], shown["plan"]) == ("org_1", "pro-monthly")
    has(world, "pro-yearly", "cb1", NOW + 3, status="cancelled")
    assert call(world, "GET", "pro").body["organizations"] == {"pro-monthly": 1, "pro-yearly": 0}


def test_a_plan_is_read_as_it_can_be_put(world: World) -> None:
    has(world, "growth")
    file = call(world, "GET", "growth").body
    assert (file["source"], file["organizations"]) == ("file", {"growth": 1})
    assert put(world, file["entry"], "growth").body["changes"] == []
    assert call(world, "GET", "growth").body == file | {"source": "table"}


def version(world: World, plan: str = "pro") -> str:
    told: str = call(world, "GET", plan).body["version"]
    return told


@pytest.mark.parametrize("query", ["", "dryRun=true"])
def test_what_somebody_else_has_changed_since_is_not_written_over(world: World, query: str) -> None:
    put(world, PRO)
    seen = version(world)
    theirs = PRO | {"name": "Theirs"}
    assert put(world, theirs, version=seen).status == 200
    rows = world.items("PLAN")
    refused = [
        put(world, PRO | {"name": "Ours"}, query=query, version=seen),
        call(world, "DELETE", "pro", query=f"version={seen}&{query}"),
    ]
    assert [(each.status, each.code) for each in refused] == [(409, "conflict")] * 2
    assert "has changed since you saw it" in refused[0].body["error"]
    assert world.items("PLAN") == rows
    assert put(world, theirs, version=seen).status == 200, "sent again, for its answer was lost"
    assert call(world, "DELETE", "pro", query=f"version={version(world)}").status == 200


def test_the_files_plan_has_a_version_that_a_change_may_name(world: World) -> None:
    seen = version(world, "growth")
    named = {"item_price_id": "growth", "name": "Growth"}
    assert put(world, named, "growth", version="another").code == "conflict"
    assert put(world, named, "growth", version=seen).status == 200
    assert version(world, "growth") != seen


def test_of_two_plans_that_take_one_item_price_at_once_one_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = DynamoPlanRows.rows
    rival = [{"id": "max", "name": "Max", "prices": [MONTHLY]}]

    def meanwhile(table: DynamoPlanRows) -> Any:
        found = rows(table)
        while rival:
            assert put(world, rival.pop(), "max").status == 200
        return found

    monkeypatch.setattr(DynamoPlanRows, "rows", meanwhile)
    answer = put(world, PRO)
    assert (answer.status, answer.code) == (409, "invalid_state")
    assert "pro-monthly is 'max' already" in answer.body["error"]
    assert [row["sk"] for row in world.items("PLAN") if row["pk"] == "PLAN"] == ["max"]


def test_whoever_is_no_operator_changes_no_plan(world: World) -> None:
    event = http_event("PUT /api/plans/{plan}", claims=ADMIN, body={"entry": PRO})
    assert world.call("plans/save", event | {"pathParameters": {"plan": "pro"}}).status == 403
    assert call(world, "PUT", "pro", {"entry": PRO}, "dryRun=yes").code == "invalid_request"
    assert world.items("PLAN") == []


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"name": "\ud800"}, "entry: "),
        (
            {
                "features": {
                    "calls": {"limit": 1, "prices": [{"micros": 1, "currency": "USD", "when": {"model": "\ud800"}}]}
                }
            },
            "entry: ",
        ),
        ({"limits": {"": 5}}, "limits has an empty name"),
        (
            {"features": {"calls": {"limit": 1, "prices": [{"micros": 1, "currency": "USD", "when": {"": "x"}}]}}},
            "when has an empty name",
        ),
        ({"limits": {"seats": 10**38}}, "limit 'seats' must be 10000000000000000000 at most"),
        ({"features": {"calls": {"limit": 10**38}}}, "limit must be 10000000000000000000 at most"),
    ],
)
def test_what_the_table_could_not_keep_is_refused_with_its_place(
    world: World, wrong: dict[str, Any], named: str
) -> None:
    refused = put(world, PRO | wrong)
    assert (refused.status, refused.code) == (400, "invalid_request")
    assert named in refused.body["error"]
    assert world.items("PLAN") == []


def test_a_limit_as_large_as_a_machine_counts_is_kept(world: World) -> None:
    assert put(world, PRO | {"limits": {"seats": 2**63 - 1}}).status == 200
    assert call(world, "GET", "pro").body["entry"]["limits"] == {"seats": 2**63 - 1}

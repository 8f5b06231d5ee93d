import time
from typing import Any

import pytest

from tests.deployment.gateway import ADMIN, MACHINE
from tests.deployment.metering import (
    BACKEND,
    adjust,
    calls,
    entitlement,
    machine_call,
    read,
    release,
    settle,
    use,
    used,
)
from tests.deployment.metering import hold as reserve
from tests.deployment.subscriptions import deliver_everything, post, subscribed
from tests.deployment.world import World

DAY = 86_400
OTHERS_CLIENT = {"sub": "m2morg_2", "client_id": "m2morg_2", "oid": "org_2"}
CENTS_A_CALL = 2
"""What the shipped growth plan takes beyond its 10,000 calls."""


# --- once, and never over --------------------------------------------------------------------------


def test_a_use_counts_once_and_is_answered_alike_again(world: World) -> None:
    event = calls("e1", 40)
    billed = {"fromAllowance": 40, "beyondAllowance": 0}
    assert used(world, event) == [{"id": "e1", "result": "recorded", "billed": billed}]
    assert used(world, event) == [{"id": "e1", "result": "replayed", "billed": billed}]
    assert entitlement(world).body["balance"]["usage"] == 40


def test_what_does_not_fit_is_refused_with_its_balance_and_may_come_again(world: World) -> None:
    first, second = calls("e1", 90), calls("e2", 11)
    [_, refused] = used(world, first, second)
    assert (refused["result"], refused["code"]) == ("refused", "exhausted")
    assert (refused["balance"]["balance"], refused["balance"]["limit"]) == (10, 100)
    assert [each["result"] for each in used(world, first, calls("e3", 10))] == ["replayed", "recorded"]
    assert used(world, second)[0]["result"] == "refused"


def test_the_same_id_for_another_use_is_a_conflict(world: World) -> None:
    event = calls("e1", 40)
    used(world, event)
    refused, recorded = used(world, event | {"quantity": 41}, calls("e2", 1))
    assert (refused["result"], refused["code"], recorded["result"]) == ("refused", "id_conflict", "recorded")
    assert entitlement(world).body["balance"]["usage"] == 41


def test_a_resend_by_another_clock_is_replayed_when_the_caller_says_so(world: World) -> None:
    event = calls("e1", 40)
    later = {"events": [event | {"occurredAt": event["occurredAt"] + 7}]}
    used(world, event)
    route = "metering/record_usage", "POST /usage"
    told = machine_call(world, *route, later | {"idempotency": "id"}), machine_call(world, *route, later)
    [[replayed], [refused]] = [each.body["events"] for each in told]
    assert (replayed["result"], refused["code"]) == ("replayed", "id_conflict")
    assert machine_call(world, *route, later | {"idempotency": "time"}).status == 400


def test_beyond_the_allowance_the_wallet_pays_and_a_refused_id_works_after_a_top_up(world: World) -> None:
    subscribed(world)
    event = calls("e1", 10_100)
    assert used(world, event)[0]["result"] == "refused"
    adjust(world, "a1", 100 * CENTS_A_CALL)
    assert used(world, event)[0]["billed"] == {
        "fromAllowance": 10_000,
        "beyondAllowance": 100,
        "amount": 200,
        "amountMicros": 2_000_000,
        "currency": "USD",
        "paidBy": "wallet",
    }
    assert used(world, calls("e2"))[0]["result"] == "refused"


def test_a_feature_that_no_plan_has_is_refused_and_what_stands_beside_it_counts(world: World) -> None:
    recorded, refused = used(world, calls("e1"), calls("e2", feature="api-cals"))
    assert recorded["result"] == "recorded"
    assert refused == {
        "id": "e2",
        "result": "refused",
        "code": "unknown_feature",
        "balance": None,
        "error": "No plan has a feature 'api-cals'.",
    }
    assert len(world.items("USE#")) == 1


def test_ending_the_subscription_leaves_the_default_plan(world: World) -> None:
    subscription_id = subscribed(world)
    used(world, calls("e1", 5_000))
    world.chargebee.ask("POST", f"/subscriptions/{subscription_id}/cancel_for_items", cancel_option="immediately")
    deliver_everything(world)
    assert used(world, calls("e2", 101))[0]["result"] == "refused"
    assert used(world, calls("e3", 100))[0]["result"] == "recorded"


def test_an_upgrade_opens_the_gate_at_once(world: World) -> None:
    assert used(world, calls("e1", 101))[0]["result"] == "refused"
    subscribed(world)
    assert used(world, calls("e1", 101))[0]["result"] == "recorded"


# --- corrections ---


def correct(world: World, body: dict[str, Any], event_id: str = "e1") -> Any:
    route = "correct" if "quantity" in body else "void"
    function, told = f"metering/{route}_use", {"reason": "a bug", **body}
    return machine_call(world, function, f"POST /usage/{{eventId}}/{route}", told, path={"eventId": event_id})


def test_a_use_is_corrected_and_then_void_and_each_counts_once(world: World) -> None:
    subscribed(world)
    adjust(world, "a1", 100 * CENTS_A_CALL)
    used(world, calls("e1", 10_050))
    for _ in range(2):
        body = correct(world, {"key": "k1", "quantity": 10_020}).body
        assert (body["quantity"], body["counted"], body["billed"]["beyondAllowance"]) == (10_050, 10_020, 20)
    for _ in range(2):
        assert correct(world, {"key": "k2"}).body["counted"] == 0
    assert correct(world, {"key": "k1", "quantity": 10_020}).body["counted"] == 0
    assert entitlement(world).body["balance"]["usage"] == 0
    wallet = read(world, "metering/wallet", "GET /api/wallet").body
    assert wallet["wallets"][0]["balance"] == 100 * CENTS_A_CALL
    assert [(line["id"], line["amount"]) for line in wallet["ledger"]] == [
        ("correction:k2", 20 * CENTS_A_CALL),
        ("correction:k1", 30 * CENTS_A_CALL),
        ("usage:e1", -50 * CENTS_A_CALL),
        ("adjustment:a1", 100 * CENTS_A_CALL),
    ]


@pytest.mark.parametrize(
    ("body", "event_id", "status", "code"),
    [
        ({"key": "k1", "quantity": 101}, "e1", 402, "exhausted"),
        ({"key": "k1", "quantity": -1}, "e1", 400, "invalid_request"),
        ({"key": "k1", "reason": ""}, "e1", 400, "invalid_request"),
        ({"quantity": 1}, "e1", 400, "invalid_request"),
        ({"key": "k0", "quantity": 39}, "e1", 409, "id_conflict"),
        ({"key": "k1"}, "e2", 404, "usage_not_found"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    world: World, body: dict[str, Any], event_id: str, status: int, code: str
) -> None:
    used(world, calls("e1", 41))
    assert correct(world, {"key": "k0", "quantity": 40}).status == 200
    answer = correct(world, body, event_id)
    assert (answer.status, answer.code) == (status, code)
    assert entitlement(world).body["balance"]["usage"] == 40


# --- of whom -----


@pytest.mark.parametrize(
    "answer",
    [
        lambda world: use(world, calls("e1")),
        lambda world: reserve(world, "h1", 1),
        lambda world: adjust(world, "a1", 100),
    ],
    ids=["a use", "a hold", "a gift"],
)
def test_an_organization_that_nobody_told_of_is_a_typo_and_the_answer_says_how_to_create_it(
    world: World, answer: Any
) -> None:
    world.values["AcceptUnknownOrganizations"] = "false"
    refused = answer(world)
    assert (refused.status, refused.code) == (404, "unknown_organization")
    assert "PUT /api/organizations/org_1" in refused.body["error"]
    assert [world.items(prefix) for prefix in ("ORG#", "USE#", "HOLD#", "LEDGER#")] == [[], [], [], []]


def test_an_organization_that_is_known_is_metered_at_the_cost_of_any_other(world: World) -> None:
    world.values["AcceptUnknownOrganizations"] = "false"
    subscribed(world)
    used(world, calls("e0"))
    world.account.calls.clear()
    assert used(world, calls("e1"))[0]["result"] == "recorded"
    assert world.account.calls == ["dynamodb.Query", "dynamodb.TransactWriteItems"]
    assert reserve(world, "h1", 1).status == 200
    assert adjust(world, "a1", 100).status == 200


# --- holds -----------------------------------------------------------------------------------------


def test_a_hold_reserves_is_settled_with_what_it_took_and_only_once(world: World) -> None:
    held = reserve(world, "h1", 60)
    assert (held.status, held.body["state"], held.body["reserved"]["fromAllowance"]) == (200, "held", 60)
    assert 3_500 < held.body["expiresAt"] - time.time() <= 3_600
    assert entitlement(world).body["balance"] | {"nextResetAt": 0} == {
        "balance": 40,
        "limit": 100,
        "usage": 0,
        "held": 60,
        "unlimited": False,
        "nextResetAt": 0,
    }
    settled = settle(world, "h1", 45).body
    assert (settled["state"], settled["charged"], settled["shortfall"]) == ("settled", 45, 0)
    assert settle(world, "h1", 45).body == settled
    assert (settle(world, "h1", 46).code, release(world, "h1").code) == ("invalid_state", "invalid_state")
    assert entitlement(world).body["balance"]["usage"] == 45


def test_a_settlement_beyond_everything_says_what_is_short(world: World) -> None:
    reserve(world, "h1", 60)
    settled = settle(world, "h1", 130).body
    assert (settled["charged"], settled["shortfall"]) == (100, 30)


def test_a_released_hold_is_as_if_it_had_never_been(world: World) -> None:
    reserve(world, "h1", 100)
    assert used(world, calls("e1"))[0]["result"] == "refused"
    assert release(world, "h1").body["state"] == "released"
    assert used(world, calls("e1"))[0]["result"] == "recorded"


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        (lambda world: reserve(world, "h2", 101), 402, "exhausted"),
        (lambda world: reserve(world, "h1", 6), 409, "id_conflict"),
        (lambda world: reserve(world, "h2", 1, feature="nope"), 422, "unknown_feature"),
        (lambda world: reserve(world, "h2", 1, feature="sso"), 402, "plan_required"),
        (lambda world: reserve(world, "h2", 1, seconds=0), 400, "invalid_request"),
        (lambda world: reserve(world, "h2", 1, seconds=8 * DAY), 400, "invalid_request"),
        (lambda world: settle(world, "h2", 1), 404, "hold_not_found"),
        (lambda world: settle(world, "h1", -1), 400, "invalid_request"),
        (lambda world: release(world, "h2"), 404, "hold_not_found"),
    ],
)
def test_a_hold_that_cannot_be_is_refused(world: World, answer: Any, status: int, code: str) -> None:
    reserve(world, "h1", 5)
    refused = answer(world)
    assert (refused.status, refused.code) == (status, code)
    assert entitlement(world).body["balance"]["held"] == 5


# --- costs -----------------------------------------------------------------------------------------


def test_an_event_says_what_it_was_billed_and_what_it_cost(world: World) -> None:
    event = calls("e1", 3, dimensions={"model": "large"}, costs=[{"vendor": "openai", "amount": 7, "currency": "USD"}])
    used(world, event)
    body = machine_call(world, "metering/use", "GET /usage/{eventId}", path={"eventId": "e1"}).body
    assert body["occurredAt"] == event["occurredAt"]
    assert (body["quantity"], body["dimensions"], body["plan"], body["subscriptionId"]) == (
        3,
        {"model": "large"},
        "free",
        None,
    )
    cost = {"id": "0", "vendor": "openai", "amount": 7, "amountMicros": 70_000, "currency": "USD"}
    assert body["costs"] == [cost]
    missing = machine_call(world, "metering/use", "GET /usage/{eventId}", path={"eventId": "e2"})
    assert (missing.status, missing.code) == (404, "usage_not_found")


@pytest.mark.parametrize("amounts", [{}, {"amount": 7, "amountMicros": 70_000}], ids=["neither", "both"])
def test_a_cost_has_one_amount(world: World, amounts: dict[str, int]) -> None:
    [refused] = used(world, calls("e1", 3, costs=[{"vendor": "openai", "currency": "USD", **amounts}]))
    assert (refused["result"], refused["code"]) == ("refused", "invalid_request")


def test_late_costs_are_attached_once_for_each_id(world: World) -> None:
    used(world, calls("e1"))
    late = {"id": "k1", "vendor": "openai", "amountMicros": 1_500, "currency": "USD"}

    def attach(*costs: dict[str, Any], event_id: str = "e1") -> Any:
        route, path = "POST /usage/{eventId}/costs", {"eventId": event_id}
        return machine_call(world, "metering/add_costs", route, {"costs": list(costs)}, path=path)

    for _ in range(2):
        assert [cost["id"] for cost in attach(late).body["costs"]] == ["k1"]
    assert {cost["id"] for cost in attach(late, late | {"id": "k2"}).body["costs"]} == {"k1", "k2"}
    for answer, status in (
        (attach(late | {"amountMicros": 1}), 409),
        (attach({name: value for name, value in late.items() if name != "id"}), 400),
        (attach(late, late), 400),
        (attach(), 400),
        (attach(late, event_id="e2"), 404),
    ):
        assert answer.status == status, answer.text


# --- wrong requests --------------------------------------------------------------------------------

COST = {"vendor": "openai", "amount": 1, "currency": "USD"}


@pytest.mark.parametrize(
    "event",
    [
        calls("e1", 0),
        calls("e1", -1),
        calls("e1") | {"quantity": 1.5},
        calls("e1") | {"quantity": "1"},
        calls("e1") | {"quantity": True},
        calls("e1", 10**9 + 1),
        calls("e1") | {"occurredAt": "2026-09-21"},
        calls("e1", customer="org_2"),
        calls("e1", dimensions={"model": 7}),
        calls("e1", dimensions={"a#b": "c"}),
        calls("e1", dimensions={"": "c"}),
        calls("e1", dimensions={"a" * 101: "c"}),
        calls("e1", dimensions={"model": "c" * 201}),
        calls("e1", dimensions={f"d{number}": "c" for number in range(11)}),
        calls("e1", costs=[COST | {"currency": "usd"}]),
        calls("e1", costs=[COST | {"vendor": "open ai"}]),
        calls("e1", costs=[COST | {"amount": -1}]),
        calls("e1", costs=[COST | {"id": "1"}, COST]),
        calls("e1", costs=[COST | {"id": "x"}, COST | {"id": "x", "amount": 2}]),
        calls("hold:h1"),
        {"id": "e1"},
    ],
)
def test_a_wrong_event_is_refused_by_itself_and_told_what_is_wrong(world: World, event: dict[str, Any]) -> None:
    before, refused, behind = used(world, calls("a"), event, calls("b"))
    assert (before["result"], behind["result"]) == ("recorded", "recorded")
    assert (refused["id"], refused["result"], refused["code"]) == (event["id"], "refused", "invalid_request")
    assert refused["error"]
    assert entitlement(world).body["balance"]["usage"] == 2


@pytest.mark.parametrize(
    ("occurred_at", "code"),
    [
        (int(time.time()) + 3_600, "in_the_future"),
        (int(time.time()) - 36 * DAY, "too_old"),
        (-(10**18), "too_old"),
    ],
    ids=["in an hour", "36 days ago", "before all time"],
)
def test_an_event_of_another_time_is_refused_by_itself(world: World, occurred_at: int, code: str) -> None:
    recorded, refused = used(world, calls("a"), calls("e1") | {"occurredAt": occurred_at})
    assert (recorded["result"], refused["result"], refused["code"]) == ("recorded", "refused", code)


@pytest.mark.parametrize(
    "event",
    [
        calls(""),
        calls("#e"),
        calls("e 1"),
        calls("e" * 101),
        calls("e1") | {"id": 1},
        {"quantity": 1},
        {},
        [],
        "e",
        None,
    ],
)
def test_what_has_no_id_to_be_answered_by_makes_no_batch(world: World, event: Any) -> None:
    answer = use(world, calls("good"), event)
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert world.items("USE#") == []


def test_a_use_may_be_of_a_thousand_million_units(world: World) -> None:
    assert use(world, calls("e1", 10**9)).status == 200


def test_a_use_has_up_to_ten_dimensions_of_up_to_two_hundred_characters(world: World) -> None:
    dimensions = {f"{number}{'d' * 99}": "c" * 200 for number in range(10)} | {"model": ""}
    del dimensions["0" + "d" * 99]
    assert used(world, calls("e1", dimensions=dimensions))[0]["result"] == "recorded"


@pytest.mark.parametrize("events", [[], [calls(f"e{number}") for number in range(101)]])
def test_a_batch_is_of_one_to_a_hundred_events(world: World, events: list[Any]) -> None:
    assert use(world, *events).code == "invalid_request"


def test_a_batch_of_a_hundred_is_recorded_whole(world: World) -> None:
    assert {each["result"] for each in used(world, *(calls(f"e{number}") for number in range(100)))} == {"recorded"}
    assert entitlement(world).body["balance"]["balance"] == 0


@pytest.mark.parametrize(
    ("function", "route"),
    [
        ("metering/record_usage", "POST /usage"),
        ("metering/estimate", "POST /usage/estimate"),
        ("metering/use", "GET /usage/{eventId}"),
        ("metering/add_costs", "POST /usage/{eventId}/costs"),
        ("metering/void_use", "POST /usage/{eventId}/void"),
        ("metering/correct_use", "POST /usage/{eventId}/correct"),
        ("metering/adjust_meter", "POST /usage/adjustments"),
        ("metering/hold", "POST /holds"),
        ("metering/settle_hold", "POST /holds/{holdId}/settle"),
        ("metering/release_hold", "POST /holds/{holdId}/release"),
        ("metering/adjust_wallet", "POST /wallet/adjustments"),
        ("metering/margin", "GET /margin"),
    ],
)
@pytest.mark.parametrize(
    "claims",
    [ADMIN, MACHINE | {"scopes": []}, MACHINE | {"scopes": ["usage:read"]}, BACKEND | OTHERS_CLIENT],
    ids=["a browser", "no scope", "another scope", "another organization's client"],
)
def test_only_a_machine_with_the_scope_meters(world: World, function: str, route: str, claims: dict[str, Any]) -> None:
    answer = machine_call(world, function, route, {}, claims=claims, path={"eventId": "e1", "holdId": "h1"})
    assert (answer.status, answer.code) == (403, "forbidden")
    assert world.untouched()


def test_an_organization_is_named_so_that_it_cannot_be_mistaken_for_another(world: World) -> None:
    answer = use(world, calls("b"), path={"id": "org_1#a"})
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert world.items("USE#") == []


# --- what it costs ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "suffix", "body"),
    [
        ("metering/settle_hold", "/holds/{holdId}/settle", {"quantity": 1}),
        ("metering/release_hold", "/holds/{holdId}/release", {}),
        (
            "metering/add_costs",
            "/usage/{eventId}/costs",
            {"costs": [{"id": "c", "vendor": "v", "amount": 1, "currency": "USD"}]},
        ),
    ],
)
@pytest.mark.parametrize("name", ["", "x" * 3_000, "two words"])
def test_what_no_hold_and_no_event_could_be_called_is_refused(
    world: World, function: str, suffix: str, body: Any, name: str
) -> None:
    answer = machine_call(world, function, f"POST {suffix}", body, path={"holdId": name, "eventId": name})
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert world.untouched()


def test_a_check_is_one_round_trip_and_a_use_is_two_however_many_there_were(world: World) -> None:
    entitlement(world)
    costs = []
    for number in range(3):
        used(world, *(calls(f"{number}-{each}") for each in range(10)))
        world.account.calls.clear()
        entitlement(world)
        used(world, calls(f"e{number}"))
        costs.append(list(world.account.calls))
    assert costs == [["dynamodb.Query", "dynamodb.Query", "dynamodb.TransactWriteItems"]] * 3


def test_cancelling_and_buying_again_does_not_fill_an_allowance_up(world: World) -> None:
    subscribed(world)
    assert used(world, calls("u1", 10_000))[0]["result"] == "recorded"
    assert post(world, "subscriptions/cancel", {"at": "now"}).status == 200
    deliver_everything(world)
    world.chargebee.advance(5)
    subscribed(world)
    assert entitlement(world).body["balance"]["balance"] == 0
    assert used(world, calls("u2", 401))[0]["result"] == "refused"

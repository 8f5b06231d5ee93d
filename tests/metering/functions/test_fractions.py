"""A feature that is counted in thousandths, through the API: quantities are text, and nothing is rounded."""

import time
from typing import Any

import pytest

from tests.deployment.gateway import MACHINE, http_event
from tests.deployment.metering import BACKEND, adjust, calls, entitlement, machine_call, read, used
from tests.deployment.world import World

STORAGE = {
    "limit": "2.5",
    "decimals": 3,
    "alerts": [50],
    "overage": "wallet",
    "price": {"micros": 20_000, "currency": "USD"},
}
FREE = {
    "item_price_id": "free",
    "name": "Free",
    "default": True,
    "features": {"api-calls": {"limit": 100}, "storage": STORAGE},
}


@pytest.fixture(autouse=True)
def sold(world: World) -> None:
    """Everybody has two and a half units of storage a month; two cents for each beyond them."""
    event = http_event("PUT /api/plans/{plan}", claims=MACHINE, body={"entry": FREE})
    answer = world.call("plans/save", event | {"pathParameters": {"plan": "free"}})
    assert answer.status == 200, answer.text
    adjust(world, "a1", 100)


def storing(event_id: str, quantity: object) -> dict[str, Any]:
    return {"id": event_id, "feature": "storage", "quantity": quantity, "occurredAt": int(time.time())}


def balance(world: World) -> Any:
    found = entitlement(world, feature="storage").body["balance"]
    return {name: found[name] for name in ("balance", "limit", "usage", "held")}


def reserve(world: World, quantity: object) -> Any:
    return machine_call(world, "metering/hold", "POST /holds", {"id": "h1", "feature": "storage", "quantity": quantity})


def test_a_use_is_counted_to_the_last_place_and_answered_in_all_of_them(world: World) -> None:
    [result] = used(world, storing("e1", "2.501"))
    assert (result["billed"]["fromAllowance"], result["billed"]["beyondAllowance"]) == ("2.500", "0.001")
    assert result["billed"]["amountMicros"] == 20
    assert balance(world) == {"balance": "-0.001", "limit": "2.500", "usage": "2.501", "held": "0.000"}
    found = machine_call(world, "metering/use", "GET /usage/{eventId}", path={"eventId": "e1"}).body
    assert (found["quantity"], found["counted"]) == ("2.501", "2.501")


def test_the_same_quantity_in_other_words_is_a_replay_and_another_one_a_conflict(world: World) -> None:
    event = storing("e1", "1.50")
    results = [used(world, event | {"quantity": each})[0] for each in ("1.50", "1.5", "1.500", "1.501")]
    assert [each["result"] for each in results] == ["recorded", "replayed", "replayed", "refused"]
    assert [each["result"] for each in used(world, storing("e2", 1), storing("e2", "1.000"))] == [
        "recorded",
        "replayed",
    ]


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (storing("e1", "0.0001"), "A quantity of this feature has at most 3 decimal places."),
        (calls("e1", 1) | {"quantity": "0.5"}, "A quantity of this feature has no decimal places."),
        (
            storing("e1", 0.5),
            "quantity: It is a whole number, or a decimal of up to six places as text, such as '0.5'.",
        ),
        (storing("e1", "0.000"), "quantity: It is more than 0."),
        (storing("e1", "1000000000.001"), "quantity: It is not below zero, and a billion at most."),
    ],
    ids=["too many", "none", "a float", "nothing", "too much"],
)
def test_what_the_feature_cannot_count_is_that_events_own_refusal(
    world: World, event: dict[str, Any], told: str
) -> None:
    refused, recorded = used(world, event, storing("e2", "0.001"))
    assert (refused["code"], refused["error"]) == ("invalid_request", told)
    assert recorded["result"] == "recorded"
    assert balance(world)["usage"] == "0.001"


def test_whole_numbers_stay_whole_numbers_where_there_are_no_decimals(world: World) -> None:
    [result] = used(world, calls("e1", 1) | {"quantity": "7.0"})
    assert result["billed"]["fromAllowance"] == 7
    assert entitlement(world).body["balance"]["usage"] == 7


def test_a_check_and_an_estimate_are_of_fractions_too(world: World) -> None:
    assert entitlement(world, "required=2.500", feature="storage").body["allowed"] is True
    assert entitlement(world, "required=0.0001", feature="storage").code == "invalid_request"
    asked = {"feature": "storage", "quantity": "2.75"}
    told = machine_call(world, "metering/estimate", "POST /usage/estimate", asked).body["estimate"]
    assert (told["fromAllowance"], told["beyondAllowance"], told["amountMicros"]) == ("2.500", "0.250", 5_000)


def test_a_hold_is_of_a_fraction_and_settled_with_another(world: World) -> None:
    assert reserve(world, "2.75").body["reserved"]["beyondAllowance"] == "0.250"
    assert reserve(world, "2.750").body["quantity"] == "2.750"
    assert reserve(world, "2.751").code == "id_conflict"
    path = {"holdId": "h1"}
    settled = machine_call(world, "metering/settle_hold", "POST /holds/{holdId}/settle", {"quantity": "2.6"}, path=path)
    assert (settled.body["charged"], settled.body["shortfall"]) == ("2.600", "0.000")
    assert balance(world)["usage"] == "2.600"


def test_a_correction_gives_a_fraction_back_or_takes_more(world: World) -> None:
    used(world, storing("e1", "2.6"))
    body = {"key": "k1", "reason": "a bug", "quantity": "2.501"}
    path = {"eventId": "e1"}
    corrected = machine_call(world, "metering/correct_use", "POST /usage/{eventId}/correct", body, path=path)
    assert (corrected.body["quantity"], corrected.body["counted"]) == ("2.600", "2.501")
    more = machine_call(
        world,
        "metering/correct_use",
        "POST /usage/{eventId}/correct",
        body | {"key": "k2", "quantity": 3},
        path=path,
    )
    assert (more.status, more.body["counted"]) == (200, "3.000")


def test_a_meter_is_adjusted_by_a_fraction(world: World) -> None:
    used(world, storing("e1", "2.2"))
    body = {"key": "k1", "feature": "storage", "quantity": "-0.125", "by": "ada", "reason": "a bug"}
    adjusted = machine_call(world, "metering/adjust_meter", "POST /usage/adjustments", body)
    assert (adjusted.body["quantity"], balance(world)["usage"]) == ("-0.125", "2.075")
    for wrong in ("-0.0001", "--1.5", "-0.0", 0, -1.5, "-1"):
        answer = machine_call(world, "metering/adjust_meter", "POST /usage/adjustments", body | {"quantity": wrong})
        assert answer.code in ("invalid_request", "id_conflict"), wrong


def test_a_grant_gives_a_fraction(world: World) -> None:
    body = {"feature": "storage", "units": "0.125", "by": "ada", "reason": "a launch"}
    path = {"grantId": "g1"}
    given = machine_call(world, "metering/save_grant", "PUT /grants/{grantId}", body, path=path)
    assert (given.body["units"], given.body["limit"]) == ("0.125", None)
    assert balance(world)["limit"] == "2.625"
    finer = machine_call(world, "metering/save_grant", "PUT /grants/{grantId}", body | {"units": "0.0625"}, path=path)
    assert finer.code == "invalid_request"


def test_what_is_shown_of_past_days_has_its_decimals(world: World) -> None:
    used(world, storing("e1", "0.5"), storing("e2", "0.75"), calls("e3", 2))
    today = time.strftime("%Y-%m-%d", time.gmtime())
    query = f"from={today}&to={today}"
    margin = machine_call(world, "metering/margin", "GET /margin", query=query, claims=BACKEND).body["features"]
    assert {each["feature"]: each["quantity"] for each in margin} == {"api-calls": 2, "storage": "1.250"}
    history = read(world, "metering/usage_history", "GET /api/usage", query).body["features"]
    assert {each["feature"]: each["days"][0]["quantity"] for each in history} == {"api-calls": 2, "storage": "1.250"}


def test_what_is_announced_has_its_decimals(world: World) -> None:
    used(world, storing("e1", "1.25"))
    told = [str(each) for each in world.items("OUTBOX#")]
    assert any("entitlement.threshold_reached" in each and "'usage': '1.250'" in each for each in told), told


def test_the_decimals_of_a_feature_do_not_change(world: World) -> None:
    features = FREE["features"]
    assert isinstance(features, dict)
    other = FREE | {"features": features | {"storage": STORAGE | {"decimals": 4}}}
    event = http_event("PUT /api/plans/{plan}", claims=MACHINE, body={"entry": other}, query="dryRun=true")
    answer = world.call("plans/save", event | {"pathParameters": {"plan": "free"}})
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert "feature 'storage' has 3 decimals and would have 4" in answer.text

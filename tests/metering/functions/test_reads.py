import time
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.deployment.gateway import MACHINE, http_event
from tests.deployment.metering import BACKEND, adjust, calls, entitlement, machine_call, read, used
from tests.deployment.metering import hold as reserve
from tests.deployment.subscriptions import apply, deliver_everything, subscribed
from tests.deployment.world import World
from tests.subscriptions.examples import NOW, customer_json, event_json, subscription_json

TODAY = datetime.now(UTC).date().isoformat()


def balance(world: World) -> Any:
    return entitlement(world).body["balance"]


# --- entitlements ----------------------------------------------------------------------------------


def test_the_first_request_of_anybody_finds_the_default_plan_with_a_full_balance_and_leaves_no_record(
    world: World,
) -> None:
    answer = read(world, "metering/entitlements", "GET /api/entitlements")
    assert (answer.status, answer.body["plan"]) == (200, "free")
    full = answer.body["entitlements"]["api-calls"]["balance"]
    assert full | {"nextResetAt": None} == {
        "balance": 100,
        "limit": 100,
        "usage": 0,
        "held": 0,
        "unlimited": False,
        "nextResetAt": None,
    }
    reset = datetime.fromtimestamp(full["nextResetAt"], UTC)
    assert (reset.day, reset.hour, reset > datetime.now(UTC)) == (1, 0, True)
    assert world.items("ORG#") == []


def test_a_subscription_brings_its_features(world: World) -> None:
    subscribed(world)
    answer = read(world, "metering/entitlements", "GET /api/entitlements").body
    assert answer["plan"] == "growth"
    assert answer["entitlements"]["sso"] == {"balance": None}
    assert answer["entitlements"]["api-calls"]["balance"]["limit"] == 10_000


def test_two_subscriptions_bring_the_features_of_both_and_the_larger_limit(world: World) -> None:
    term = {"current_term_start": int(time.time()) - 3_600, "current_term_end": int(time.time()) + 3_600}
    for place, plan in enumerate(("growth", "starter")):
        items = [{"item_price_id": plan, "item_type": "plan", "quantity": 2}]
        row = subscription_json(id=f"sub_{plan}", created_at=NOW + place, subscription_items=items, **term)
        content = {"subscription": row, "customer": customer_json()}
        apply(world, event_json("subscription_created", f"ev_{plan}") | {"content": content})
    answer = read(world, "metering/entitlements", "GET /api/entitlements").body
    assert (answer["plan"], answer["plans"]) == ("starter", ["starter", "growth"])
    assert answer["entitlements"]["api-calls"]["balance"]["limit"] == 10_000
    assert entitlement(world, feature="sso").body["allowed"] is True


def test_unlimited_says_so_and_counts(world: World) -> None:
    subscribed(world, {"itemPriceId": "scale", "seats": 2})
    used(world, calls("e1", 1_000_000))
    assert balance(world) | {"nextResetAt": 0} == {
        "balance": None,
        "limit": None,
        "usage": 1_000_000,
        "held": 0,
        "unlimited": True,
        "nextResetAt": 0,
    }


@pytest.mark.parametrize(("required", "allowed"), [("", True), ("required=60", True), ("required=61", False)])
def test_a_check_says_what_a_use_would_be_answered(world: World, required: str, allowed: bool) -> None:
    used(world, calls("e1", 30))
    reserve(world, "h1", 10)
    assert entitlement(world, required).body["allowed"] is allowed
    quantity = int(required.partition("=")[2] or 1)
    assert (used(world, calls("e2", quantity))[0]["result"] == "recorded") is allowed


def test_a_switch_is_allowed_where_the_plan_has_it(world: World) -> None:
    lacking = entitlement(world, feature="sso").body
    assert lacking == {"allowed": False, "reason": "not_in_plan", "balance": None}
    subscribed(world)
    assert entitlement(world, feature="sso").body == {"allowed": True, "balance": None}


def test_the_months_of_the_default_plan_turn_at_midnight_of_the_site(world: World) -> None:
    world.values["SiteTimeZone"] = "Asia/Kolkata"
    reset = datetime.fromtimestamp(balance(world)["nextResetAt"], ZoneInfo("Asia/Kolkata"))
    assert (reset.day, reset.hour, reset.minute) == (1, 0, 0)


def test_a_site_in_no_time_zone_that_there_is_gives_no_balance(world: World) -> None:
    world.values["SiteTimeZone"] = "Mars/Olympus"
    assert entitlement(world).status == 500


@pytest.mark.parametrize("days_ago", [28, 1, 40], ids=["a month", "cut short", "extended"])
def test_the_monthly_allowance_ends_at_the_second_of_the_paid_month(world: World, days_ago: int) -> None:
    """A site in another time zone counts other months from the subscription's start than UTC does."""
    now = int(time.time())
    row = subscription_json(
        started_at=now - 301 * 86_400,
        current_term_start=now - days_ago * 86_400,
        current_term_end=now + 2 * 86_400 + 7_000,
        billing_period=1,
        billing_period_unit="month",
    )
    apply(world, event_json(subscription=row, customer=customer_json()))
    assert balance(world)["nextResetAt"] == now + 2 * 86_400 + 7_000


def test_a_plan_change_moves_the_remainder_by_the_difference(world: World) -> None:
    subscription_id = subscribed(world, {"itemPriceId": "starter", "seats": 1})
    used(world, calls("e1", 300))
    assert balance(world)["balance"] == 700
    world.chargebee.ask(
        "POST",
        f"/subscriptions/{subscription_id}/update_for_items",
        **{"subscription_items[item_price_id][0]": "growth", "subscription_items[quantity][0]": "1"},
        replace_items_list="true",
    )
    deliver_everything(world)
    assert (balance(world)["balance"], balance(world)["usage"]) == (9_700, 300)


@pytest.mark.parametrize(
    "query",
    ["required=0", "required=-1", "required=1.5", "required=", "required=%C2%B2", f"required={'9' * 5_000}"],
    ids=range(6),
)
def test_a_check_asks_for_a_whole_number(world: World, query: str) -> None:
    answer = entitlement(world, query)
    assert (answer.status, answer.code) == (400, "invalid_request")


def test_a_check_of_what_no_plan_has_is_unprocessable(world: World) -> None:
    answer = entitlement(world, feature="api-cals")
    assert (answer.status, answer.code) == (422, "unknown_feature")


@pytest.mark.parametrize(
    ("function", "route", "to_a_machine_that_names_none"),
    [
        ("metering/entitlements", "GET /api/entitlements", (400, "invalid_request")),
        ("metering/entitlement", "GET /api/entitlements/{feature}", (400, "invalid_request")),
        ("metering/own_grants", "GET /api/grants", (400, "invalid_request")),
        ("metering/wallet", "GET /api/wallet", (403, "forbidden")),
    ],
)
def test_a_read_is_of_ones_own_organization(
    world: World, function: str, route: str, to_a_machine_that_names_none: tuple[int, str]
) -> None:
    other = read(world, function, route, "referenceId=org_2", feature="api-calls")
    assert (other.status, other.code) == (403, "forbidden")
    machine = world.call(function, http_event(route, claims=MACHINE) | {"pathParameters": {"feature": "api-calls"}})
    assert (machine.status, machine.code) == to_a_machine_that_names_none
    assert world.untouched()


# --- estimates -------------------------------------------------------------------------------------


def estimate(world: World, quantity: int, **fields: Any) -> Any:
    body = {"feature": "api-calls", "quantity": quantity, **fields}
    return machine_call(world, "metering/estimate", "POST /usage/estimate", body).body


def test_an_estimate_is_what_the_use_is_then_billed_and_records_nothing(world: World) -> None:
    subscribed(world)
    adjust(world, "a1", 50)
    before = world.items()
    foreseen, too_much = estimate(world, 10_025), estimate(world, 10_026)
    assert world.items() == before
    assert (too_much["allowed"], too_much["estimate"]) == (False, None)
    [billed] = used(world, calls("e1", 10_025))
    assert foreseen["estimate"] == billed["billed"]
    assert (billed["billed"]["amount"], billed["billed"]["paidBy"]) == (50, "wallet")


def test_an_estimate_of_what_the_plan_lacks_says_so(world: World) -> None:
    answer = machine_call(world, "metering/estimate", "POST /usage/estimate", {"feature": "nope", "quantity": 1})
    assert (answer.status, answer.code) == (422, "unknown_feature")


# --- the wallet ------------------------------------------------------------------------------------


def wallet(world: World, query: str = "") -> Any:
    return read(world, "metering/wallet", "GET /api/wallet", query).body


def test_an_adjustment_counts_once_and_is_a_line_in_minor_units_and_micros(world: World) -> None:
    line = adjust(world, "a1", 500).body
    assert line | {"at": 0} == {
        "id": "adjustment:a1",
        "kind": "adjustment",
        "at": 0,
        "reason": "a gift",
        "amount": 500,
        "amountMicros": 5_000_000,
        "currency": "USD",
        "balanceAfterMicros": 5_000_000,
    }
    assert adjust(world, "a1", 500).body == line
    adjust(world, "a2", -120, reason="a refund")
    found = wallet(world)
    [held] = found["wallets"]
    assert (held["balance"], held["balanceMicros"], held["heldMicros"]) == (380, 3_800_000, 0)
    assert [(lot["id"], lot["remaining"], lot["expiresAt"]) for lot in held["lots"]] == [("paid", 380, None)]
    assert [each["amount"] for each in found["ledger"]] == [-120, 500]


@pytest.mark.parametrize("expires_at", [4_102_444_800_000, 10**40])
def test_what_is_no_moment_in_seconds_expires_nothing(world: World, expires_at: int) -> None:
    answer = adjust(world, "a1", 500, expiresAt=expires_at)
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert wallet(world)["wallets"] == []


def test_a_yen_is_no_hundred_of_anything(world: World) -> None:
    adjust(world, "a1", 500, currency="JPY")
    [held] = wallet(world)["wallets"]
    assert (held["currency"], held["balance"], held["balanceMicros"]) == ("JPY", 500, 500_000_000)


def test_what_a_hold_reserves_shows_as_held(world: World) -> None:
    subscribed(world)
    adjust(world, "a1", 500)
    reserve(world, "h1", 10_100)
    [usd] = wallet(world)["wallets"]
    assert (usd["balance"], usd["heldMicros"]) == (300, 2_000_000)


def test_the_ledger_is_paged_newest_first(world: World) -> None:
    for number in range(55):
        adjust(world, f"a{number}", 1)
    first = wallet(world, "currency=USD")
    second = wallet(world, f"currency=USD&cursor={first['cursor'].replace('#', '%23')}")
    lines = [*first["ledger"], *second["ledger"]]
    assert [line["balanceAfterMicros"] for line in lines] == [10_000 * number for number in range(55, 0, -1)]
    assert second["cursor"] is None


@pytest.mark.parametrize(
    "query",
    ["currency=usd", f"currency={'X' * 3_000}", f"currency=USD&cursor={'1' * 3_000}"],
    ids=["small letters", "long currency", "long cursor"],
)
def test_a_ledger_is_of_a_currency_and_its_cursor_one_of_ours(world: World, query: str) -> None:
    answer = read(world, "metering/wallet", "GET /api/wallet", query)
    assert (answer.status, answer.code) == (400, "invalid_request")


def test_without_a_wallet_there_is_an_empty_ledger(world: World) -> None:
    assert wallet(world) == {"wallets": [], "autoTopUp": [], "spendingCaps": [], "ledger": [], "cursor": None}


def test_of_several_wallets_the_ledger_of_the_one_that_is_asked_for_is_shown(world: World) -> None:
    adjust(world, "a1", 500)
    adjust(world, "a2", 700, currency="EUR")
    assert "ledger" not in wallet(world)
    assert [line["amount"] for line in wallet(world, "currency=EUR")["ledger"]] == [700]
    assert read(world, "metering/wallet", "GET /api/wallet", "currency=USD&cursor=nonsense").status == 400


@pytest.mark.parametrize(
    ("amount", "fields", "status", "code"),
    [
        (-501, {}, 402, "exhausted"),
        (499, {"id": "a1"}, 409, "id_conflict"),
        (500, {"id": "a1", "currency": "EUR"}, 409, "id_conflict"),
        (0, {}, 400, "invalid_request"),
        (1.5, {}, 400, "invalid_request"),
        (10**13, {}, 400, "invalid_request"),
        (5, {"reason": ""}, 400, "invalid_request"),
        (5, {"currency": "dollars"}, 400, "invalid_request"),
        (5, {"id": ""}, 400, "invalid_request"),
    ],
)
def test_an_adjustment_that_cannot_be_is_refused(
    world: World, amount: Any, fields: dict[str, Any], status: int, code: str
) -> None:
    adjust(world, "a1", 500)
    answer = adjust(world, fields.pop("id", "a2"), amount, **fields)
    assert (answer.status, answer.code) == (status, code)
    assert [usd["balance"] for usd in wallet(world)["wallets"]] == [500]


# --- margin ----------------------------------------------------------------------------------------


def margin(world: World, query: str = f"from={TODAY}&to={TODAY}") -> Any:
    return machine_call(world, "metering/margin", "GET /margin", query=query)


def test_margin_is_by_feature_and_currency_and_says_how_much_of_it_is_known(world: World) -> None:
    subscribed(world)
    adjust(world, "a1", 1_000)
    euro = {"vendor": "hetzner", "amount": 9, "currency": "EUR"}
    dollars = {"vendor": "openai", "amountMicros": 1_255_000, "currency": "USD"}
    used(world, calls("e1", 10_100, costs=[dollars, euro]), calls("e2", 100), calls("e3", 1), calls("e4", 1))
    answer = margin(world)
    assert (answer.status, answer.body["from"], answer.body["to"]) == (200, TODAY, TODAY)
    [feature] = answer.body["features"]
    assert (feature["feature"], feature["quantity"], feature["events"], feature["costCoverage"]) == (
        "api-calls",
        10_202,
        4,
        0.25,
    )
    assert feature["currencies"] == [
        {"currency": "EUR", "revenueMicros": 0, "costMicros": 90_000, "marginMicros": -90_000, "margin": -9},
        {
            "currency": "USD",
            "revenueMicros": 4_040_000,
            "costMicros": 1_255_000,
            "marginMicros": 2_785_000,
            "margin": 278,
        },
    ]


def test_late_costs_change_the_margin_of_the_day_of_the_use(world: World) -> None:
    yesterday = int(time.time()) - 86_400
    used(world, calls("e1", occurredAt=yesterday))
    late = {"id": "k1", "vendor": "openai", "amount": 3, "currency": "USD"}
    path = {"eventId": "e1"}
    machine_call(world, "metering/add_costs", "POST /usage/{eventId}/costs", {"costs": [late]}, path=path)
    day = datetime.fromtimestamp(yesterday, UTC).date().isoformat()
    [feature] = margin(world, f"from={day}&to={day}").body["features"]
    assert (feature["costCoverage"], feature["currencies"][0]["costMicros"]) == (1.0, 30_000)
    assert margin(world).body["features"] == []


@pytest.mark.parametrize(
    "query",
    ["", "from=2026-09-21", "to=2026-09-21", "from=today&to=today", "from=2026-09-21&to=2026-09-20", "from=1&to=2"],
)
def test_margin_is_of_days_in_their_order(world: World, query: str) -> None:
    answer = margin(world, query)
    assert (answer.status, answer.code) == (400, "invalid_request")


def test_margin_is_for_the_teams_administrators(world: World) -> None:
    claims = BACKEND | {"scopes": ["usage:write"]}
    answer = machine_call(world, "metering/margin", "GET /margin", query=f"from={TODAY}&to={TODAY}", claims=claims)
    assert (answer.status, answer.code) == (403, "forbidden")

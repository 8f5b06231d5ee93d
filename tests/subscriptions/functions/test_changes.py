"""Update, cancel, restore, portal: what an admin does to a subscription that is there."""

from typing import Any

import pytest

from billing.core.clock import DAY
from tests.deployment.gateway import ADMIN, failed, sqs_event
from tests.deployment.subscriptions import create, deliver_everything, listed, post, subscribed
from tests.deployment.world import APP, World
from tests.subscriptions.examples import organization_event_json

CHANGE = "/hosted_pages/checkout_existing_for_items"
ALL = ("subscriptions/update", "subscriptions/cancel", "subscriptions/restore")


def wish(function: str) -> dict[str, Any]:
    return {"seats": 7} if function == "subscriptions/update" else {}


# --- which subscription ---------------------------------------------------------------------------


@pytest.mark.parametrize("function", ALL)
def test_without_a_subscription_there_is_nothing_to_change(world: World, function: str) -> None:
    answer = post(world, function, wish(function))
    assert (answer.status, answer.code) == (404, "subscription_not_found")
    assert world.chargebee.calls() == []


@pytest.mark.parametrize("function", ALL)
def test_another_organizations_subscription_is_not_found_and_nothing_is_fallen_back_to(
    world: World, function: str
) -> None:
    theirs = subscribed(world)
    world.chargebee.forget_calls()
    neighbour = ADMIN | {"oid": "org_2"}
    for body in ({"subscriptionId": theirs}, {"subscriptionId": "nothing"}, {"subscriptionId": "../customers/org_1"}):
        answer = post(world, function, wish(function) | body, neighbour)
        assert (answer.status, answer.code) == (404, "subscription_not_found")
    assert post(world, function, wish(function) | {"subscriptionId": "nothing"}).status == 404
    assert world.chargebee.calls() == []


@pytest.mark.parametrize("function", ALL)
def test_where_several_are_live_a_request_names_one_and_is_told_which_there_are(world: World, function: str) -> None:
    ids = [subscribed(world), sold(world, FIVE)]
    world.chargebee.forget_calls()
    answer = post(world, function, wish(function))
    assert (answer.status, answer.code) == (409, "subscription_ambiguous")
    assert all(each in answer.body["error"] for each in ids)
    assert world.chargebee.called() == []
    named = post(world, function, wish(function) | {"subscriptionId": ids[0]})
    assert (named.status, function) in ((200, function), (409, "subscriptions/restore"))


@pytest.mark.parametrize("function", ALL)
def test_an_ended_subscription_is_not_found(world: World, function: str) -> None:
    subscription_id = subscribed(world)
    assert post(world, "subscriptions/cancel", {"at": "now"}).status == 200
    answer = post(world, function, wish(function) | {"subscriptionId": subscription_id})
    assert (answer.status, answer.code) == (404, "subscription_not_found")


@pytest.mark.parametrize("function", ALL)
@pytest.mark.parametrize("subscription_id", ["", 7, [], "x" * 51])
def test_a_subscription_id_that_is_none_is_refused(world: World, function: str, subscription_id: object) -> None:
    answer = post(world, function, wish(function) | {"subscriptionId": subscription_id})
    assert (answer.status, answer.code) == (400, "invalid_request")


@pytest.mark.parametrize("function", ALL)
def test_a_subscription_that_chargebee_no_longer_has_is_not_found(world: World, function: str) -> None:
    subscription_id = subscribed(world)
    if function == "subscriptions/restore":
        post(world, "subscriptions/cancel")
    world.chargebee.fail(f"/subscriptions/{subscription_id}", status=404)
    if function == "subscriptions/update":
        world.chargebee.fail("/hosted_pages", status=404)
    answer = post(world, function, wish(function))
    assert (answer.status, answer.code) == (404, "subscription_not_found")


@pytest.mark.parametrize(("status", "expected"), [(503, 502), (429, 503)])
@pytest.mark.parametrize("function", [*ALL, "subscriptions/portal"])
def test_while_chargebee_does_not_answer_the_caller_is_told_to_try_again(
    world: World, function: str, status: int, expected: int
) -> None:
    subscribed(world)
    if function == "subscriptions/restore":
        post(world, "subscriptions/cancel")
    world.chargebee.fail("/", status=status, retry_after=30)
    answer = post(world, function, wish(function))
    assert answer.status == expected
    before = listed(world)
    world.chargebee.recover()
    assert post(world, function, wish(function)).status == 200
    assert before


def scheduled(world: World, subscription_id: str, what: str) -> None:
    """Sales has scheduled it in the dashboard, and it is known here."""
    path, fields = {
        "cancellation": ("cancel_for_items", {"cancel_option": "end_of_term"}),
        "change": ("update_for_items", LATER),
    }[what]
    world.chargebee.ask("POST", f"/subscriptions/{subscription_id}/{path}", **fields)
    deliver_everything(world)


LATER = {"change_option": "end_of_term", "subscription_items[item_price_id][0]": "starter"}


@pytest.mark.parametrize(
    ("function", "body", "what"),
    [
        ("subscriptions/update", {"seats": 7}, None),
        ("subscriptions/cancel", {}, None),
        ("subscriptions/cancel", {"at": "now"}, None),
        ("subscriptions/restore", {}, "cancellation"),
        ("subscriptions/restore", {"scheduled": "change"}, "change"),
    ],
)
def test_what_has_moved_to_another_organization_is_its_alone_before_anybody_has_told_so(
    world: World, function: str, body: dict[str, Any], what: str | None
) -> None:
    subscription_id = subscribed(world)
    if what is not None:
        scheduled(world, subscription_id, what)
    world.chargebee.ask("POST", "/customers", id="org_2")
    world.chargebee.ask("POST", f"/subscriptions/{subscription_id}/move", to_customer_id="org_2")
    theirs = world.chargebee.ask("GET", f"/subscriptions/{subscription_id}")["subscription"]
    answer = post(world, function, body)
    assert (answer.status, answer.code) == (404, "subscription_not_found")
    assert world.chargebee.ask("GET", f"/subscriptions/{subscription_id}")["subscription"] == theirs


# --- update ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "plan", "seats"),
    [
        ({"seats": 7}, "growth", 7),
        ({"itemPriceId": "scale"}, "scale", 5),
        ({"itemPriceId": "scale", "seats": 30}, "scale", 30),
    ],
)
def test_an_update_opens_a_page_and_changes_nothing_until_it_is_confirmed_there(
    world: World, body: dict[str, Any], plan: str, seats: int
) -> None:
    subscription_id = subscribed(
        world, {"itemPriceId": "growth", "seats": 5, "addons": [{"itemPriceId": "priority-support"}]}
    )
    answer = post(world, "subscriptions/update", body)
    assert (answer.status, answer.body["mode"], answer.body["subscriptionId"]) == (200, "hosted", subscription_id)
    assert listed(world)[0]["seats"] == 5
    world.chargebee.pay(answer.body["id"])
    deliver_everything(world)
    [row] = listed(world)
    assert (row["id"], row["itemPriceId"], row["seats"]) == (subscription_id, plan, seats)
    assert {item["itemPriceId"] for item in row["items"]} == {plan, "priority-support"}


def test_the_same_update_again_is_the_same_page_until_it_is_used(world: World) -> None:
    subscribed(world)
    first, again = (post(world, "subscriptions/update", {"seats": 7}).body for _ in range(2))
    assert first == again
    world.chargebee.pay(first["id"])
    deliver_everything(world)
    post(world, "subscriptions/update", {"seats": 5})
    assert post(world, "subscriptions/update", {"seats": 7}).code == "nothing_to_change"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "nothing_to_change"),
        ({"seats": 5}, "nothing_to_change"),
        ({"itemPriceId": "growth"}, "nothing_to_change"),
        ({"seats": 0}, "invalid_seats"),
        ({"seats": -3}, "invalid_seats"),
        ({"seats": 26}, "invalid_seats"),
        ({"seats": 1.5}, "invalid_request"),
        ({"seats": "5"}, "invalid_request"),
        ({"itemPriceId": "starter", "seats": 6}, "invalid_seats"),
        ({"itemPriceId": "nope"}, "unknown_plan"),
        ({"itemPriceId": "free"}, "unknown_plan"),
        ('{"seats": 7, "seats": 8}', "invalid_request"),
        ({"itemPriceId": "priority-support"}, "unknown_plan"),
        ({"addons": []}, "nothing_to_change"),
        ({"addons": None}, "nothing_to_change"),
        ({"addons": [{"itemPriceId": "nope"}]}, "unknown_plan"),
        ({"addons": [{"itemPriceId": "scale"}]}, "unknown_plan"),
        ({"addons": [{"itemPriceId": "priority-support", "quantity": 2}]}, "invalid_seats"),
        ({"addons": [{"itemPriceId": "priority-support", "quantity": 0}]}, "invalid_seats"),
        ({"addons": [{"itemPriceId": "priority-support"}] * 2}, "invalid_request"),
        ({"addons": ["priority-support"]}, "invalid_request"),
        ({"itemPriceId": []}, "invalid_request"),
        ({"seats": 7, "trialEnd": 4102444800}, "invalid_request"),
        ({"seats": 7, "successUrl": "//evil.example"}, "invalid_url"),
        ({"seats": 7, "cancelUrl": "https://evil.example"}, "invalid_url"),
        ({"seats": 7, "successUrl": "/" + "a" * 300}, "invalid_url"),
        ({"seats": 7, "cancelUrl": "/" + "a" * 300}, "invalid_url"),
        ("null", "invalid_request"),
        ("{", "invalid_request"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_wrong_update_is_refused_without_asking_chargebee(world: World, body: Any, code: str) -> None:
    subscribed(world)
    world.chargebee.forget_calls()
    answer = post(world, "subscriptions/update", body)
    assert (answer.status, answer.code) == (400, code)
    assert world.chargebee.calls() == []


# --- what a change keeps --------------------------------------------------------------------------


def items_of(world: World, subscription_id: str) -> dict[str, dict[str, Any]]:
    """The lines as Chargebee has them, by item price."""
    held = world.chargebee.ask("GET", f"/subscriptions/{subscription_id}")["subscription"]
    return {each["item_price_id"]: each for each in held["subscription_items"]}


def sold(world: World, *items: dict[str, str], **fields: str) -> str:
    """Sales has made a subscription for org_1 in the dashboard, and it is known here."""
    create(world)
    rows = {
        f"subscription_items[{name}][{number}]": value
        for number, item in enumerate(items)
        for name, value in item.items()
    }
    made = world.chargebee.ask(
        "POST", "/customers/org_1/subscription_for_items", **rows, auto_collection="off", **fields
    )
    deliver_everything(world)
    return str(made["subscription"]["id"])


def confirm(world: World, body: dict[str, Any]) -> None:
    answer = post(world, "subscriptions/update", body)
    assert answer.status == 200, answer.text
    world.chargebee.pay(answer.body["id"])
    deliver_everything(world)


FIVE = {"item_price_id": "growth", "quantity": "5"}
METERED = {"item_price_id": "api-calls"}
AGREED = FIVE | {"unit_price": "3000"}


@pytest.mark.parametrize("metered_quantity", ["refused", "ignored"])
@pytest.mark.parametrize("body", [{"seats": 8}, {"itemPriceId": "scale"}])
def test_a_metered_line_is_in_nobodys_way(world: World, metered_quantity: str, body: dict[str, Any]) -> None:
    world.chargebee.assume(metered_quantity=metered_quantity)
    subscription_id = sold(world, FIVE, METERED)
    confirm(world, body)
    after = items_of(world, subscription_id)
    assert set(after) == {body.get("itemPriceId", "growth"), "api-calls"}
    assert "quantity" not in after["api-calls"]


@pytest.mark.parametrize("agreed_unit_price", ["forgotten", "kept"])
def test_an_agreed_price_survives_more_seats(world: World, agreed_unit_price: str) -> None:
    world.chargebee.assume(agreed_unit_price=agreed_unit_price)
    subscription_id = sold(world, AGREED, {"item_price_id": "priority-support", "unit_price": "5000"})
    confirm(world, {"seats": 6})
    after = items_of(world, subscription_id)
    assert (after["growth"]["unit_price"], after["growth"]["quantity"]) == (3000, 6)
    assert after["priority-support"]["unit_price"] == 5000


@pytest.mark.parametrize("agreed_unit_price", ["forgotten", "kept"])
def test_another_plan_has_its_own_price_and_leaves_the_others_theirs(world: World, agreed_unit_price: str) -> None:
    world.chargebee.assume(agreed_unit_price=agreed_unit_price)
    subscription_id = sold(world, AGREED, {"item_price_id": "priority-support", "unit_price": "5000"})
    confirm(world, {"itemPriceId": "scale"})
    after = items_of(world, subscription_id)
    assert (after["scale"]["unit_price"], after["scale"]["quantity"]) == (9900, 5)
    assert after["priority-support"]["unit_price"] == 5000


def test_a_change_takes_nothing_away_that_nobody_has_told_of_yet(world: World) -> None:
    subscription_id = subscribed(world)
    world.chargebee.ask(
        "POST",
        f"/subscriptions/{subscription_id}/update_for_items",
        **{"subscription_items[item_price_id][0]": "priority-support", "subscription_items[unit_price][0]": "5000"},
    )
    page = post(world, "subscriptions/update", {"itemPriceId": "scale"})
    world.chargebee.pay(page.body["id"])
    after = items_of(world, subscription_id)
    assert (set(after), after["priority-support"]["unit_price"]) == ({"scale", "priority-support"}, 5000)


def test_a_change_drops_nothing_that_was_scheduled_a_moment_ago(world: World) -> None:
    subscription_id = subscribed(world)
    world.chargebee.ask("POST", f"/subscriptions/{subscription_id}/update_for_items", **LATER)
    assert post(world, "subscriptions/update", {"seats": 7}).code == "changes_scheduled"


@pytest.mark.parametrize("function", ["subscriptions/update", "subscriptions/preview"])
def test_a_site_that_takes_no_agreed_prices_is_the_operators_to_set_up(world: World, function: str) -> None:
    subscribed(world)
    world.chargebee.set("settings", price_override="off")
    answer = post(world, function, {"seats": 7})
    assert (answer.status, answer.code) == (409, "param_wrong_value")
    assert "Price Override" in answer.body["error"]


SUPPORT = {"itemPriceId": "priority-support"}
HELD = {"item_price_id": "priority-support", "unit_price": "5000"}


@pytest.mark.parametrize("agreed_unit_price", ["forgotten", "kept"])
def test_an_addon_is_bought_and_taken_off_again_and_the_other_lines_keep_their_prices(
    world: World, agreed_unit_price: str
) -> None:
    world.chargebee.assume(agreed_unit_price=agreed_unit_price)
    subscription_id = sold(world, AGREED, METERED)
    confirm(world, {"addons": [SUPPORT]})
    bought = items_of(world, subscription_id)
    assert (bought["priority-support"]["quantity"], bought["growth"]["unit_price"]) == (1, 3000)
    confirm(world, {"addons": []})
    left = items_of(world, subscription_id)
    assert set(left) == {"growth", "api-calls"}
    assert (left["growth"]["unit_price"], left["growth"]["quantity"]) == (3000, 5)


def test_addons_that_are_not_named_stay_with_another_plan(world: World) -> None:
    subscription_id = sold(world, FIVE, HELD)
    confirm(world, {"itemPriceId": "scale", "addons": [SUPPORT]})
    assert items_of(world, subscription_id)["priority-support"]["unit_price"] == 5000
    confirm(world, {"itemPriceId": "growth"})
    assert set(items_of(world, subscription_id)) == {"growth", "priority-support"}
    confirm(world, {"itemPriceId": "starter", "addons": []})
    assert set(items_of(world, subscription_id)) == {"starter"}


def test_no_addon_is_taken_off_where_something_would_be_lost_and_one_is_bought(world: World) -> None:
    subscription_id = subscribed(world)
    confirm(world, {"addons": [SUPPORT]})
    world.chargebee.edit(subscription_id, remaining_billing_cycles=5)
    deliver_everything(world)
    answer = post(world, "subscriptions/update", {"addons": []})
    assert (answer.status, answer.code) == (409, "change_not_supported")
    assert post(world, "subscriptions/update", {"addons": [SUPPORT], "seats": 7}).status == 200


def test_decimals_stay_decimals(world: World) -> None:
    world.chargebee.set("settings", multi_decimal="on")
    plan = {"item_price_id": "growth", "quantity_in_decimal": "5", "unit_price_in_decimal": "30.005"}
    subscription_id = sold(world, plan, {"item_price_id": "priority-support", "unit_price_in_decimal": "5.5"})
    confirm(world, {"seats": 6})
    after = items_of(world, subscription_id)
    assert (after["growth"]["quantity_in_decimal"], after["growth"]["unit_price_in_decimal"]) == ("6", "30.005")
    confirm(world, {"itemPriceId": "scale"})
    assert items_of(world, subscription_id)["priority-support"]["unit_price_in_decimal"] == "5.5"


def test_half_a_seat_is_taken_along_and_counts_as_a_whole_one(world: World) -> None:
    world.chargebee.set("settings", multi_decimal="on")
    subscription_id = sold(world, {"item_price_id": "growth", "quantity_in_decimal": "4.5"})
    confirm(world, {"itemPriceId": "scale"})
    assert items_of(world, subscription_id)["scale"]["quantity_in_decimal"] == "4.5"
    confirm(world, {"itemPriceId": "growth"})
    assert post(world, "subscriptions/update", {"itemPriceId": "starter", "seats": 6}).code == "invalid_seats"


def test_a_change_that_is_scheduled_is_dropped_only_by_whoever_says_so(world: World) -> None:
    subscription_id = subscribed(world, {"itemPriceId": "growth", "seats": 5})
    world.chargebee.ask(
        "POST",
        f"/subscriptions/{subscription_id}/update_for_items",
        **{"subscription_items[item_price_id][0]": "starter", "subscription_items[quantity][0]": "3"},
        change_option="end_of_term",
    )
    deliver_everything(world)
    world.chargebee.forget_calls()
    answer = post(world, "subscriptions/update", {"seats": 6})
    assert (answer.status, answer.code) == (409, "changes_scheduled")
    assert world.chargebee.calls() == []
    confirm(world, {"seats": 6, "dropScheduledChanges": True})
    assert (listed(world)[0]["seats"], listed(world)[0]["hasScheduledChanges"]) == (6, False)


def test_a_scheduled_cancellation_is_taken_back_only_by_whoever_says_so(world: World) -> None:
    subscribed(world, {"itemPriceId": "starter"})
    post(world, "subscriptions/cancel")
    assert post(world, "subscriptions/update", {"seats": 3}).code == "changes_scheduled"
    confirm(world, {"seats": 3, "dropScheduledChanges": True})
    assert listed(world)[0]["cancelAt"] is None


def test_who_is_leaving_may_stay_with_another_plan(world: World) -> None:
    subscription_id = subscribed(world, {"itemPriceId": "starter"})
    post(world, "subscriptions/cancel")
    assert post(world, "subscriptions/update", {"itemPriceId": "growth"}).code == "changes_scheduled"
    confirm(world, {"itemPriceId": "growth", "dropScheduledChanges": True})
    assert set(items_of(world, subscription_id)) == {"growth"}
    assert listed(world)[0]["cancelAt"] is None


@pytest.mark.parametrize("drop", ["true", 1, None])
def test_who_drops_what_is_scheduled_says_so_clearly(world: World, drop: object) -> None:
    answer = post(world, "subscriptions/update", {"seats": 6, "dropScheduledChanges": drop})
    assert (answer.status, answer.code) == (400, "invalid_request")


def test_a_plan_is_not_changed_where_something_would_be_lost_and_the_seats_are(world: World) -> None:
    subscription_id = subscribed(world)
    world.chargebee.edit(subscription_id, remaining_billing_cycles=5)
    deliver_everything(world)
    answer = post(world, "subscriptions/update", {"itemPriceId": "scale"})
    assert (answer.status, answer.code) == (409, "change_not_supported")
    assert post(world, "subscriptions/update", {"seats": 7}).status == 200


# --- contracts ------------------------------------------------------------------------------------


def test_a_contract_is_cancelled_for_its_own_end(world: World) -> None:
    subscription_id = sold(world, FIVE)
    world.chargebee.sign(subscription_id, 12)
    deliver_everything(world)
    answer = post(world, "subscriptions/cancel")
    held = world.chargebee.ask("GET", f"/subscriptions/{subscription_id}")["subscription"]
    assert (answer.status, answer.body["cancelAt"]) == (200, held["contract_term"]["contract_end"])


def test_the_cancellation_of_a_contract_is_not_taken_back(world: World) -> None:
    world.chargebee.sign(sold(world, FIVE), 12)
    deliver_everything(world)
    post(world, "subscriptions/cancel")
    world.chargebee.forget_calls()
    answer = post(world, "subscriptions/restore")
    assert (answer.status, answer.code, world.chargebee.calls()) == (409, "invalid_state", [])
    assert listed(world)[0]["cancelAt"] is not None


def test_a_contract_is_terminated_at_once(world: World) -> None:
    subscription_id = sold(world, FIVE)
    world.chargebee.sign(subscription_id, 12)
    answer = post(world, "subscriptions/cancel", {"at": "now"})
    assert (answer.status, answer.body["status"]) == (200, "cancelled")
    assert listed(world) == []


def test_a_contract_that_is_not_known_yet_is_cancelled_for_its_own_end(world: World) -> None:
    subscription_id = sold(world, FIVE)
    world.chargebee.sign(subscription_id, 12)
    answer = post(world, "subscriptions/cancel")
    held = world.chargebee.ask("GET", f"/subscriptions/{subscription_id}")["subscription"]
    assert (answer.status, answer.body["cancelAt"]) == (200, held["contract_term"]["contract_end"])


def test_an_organization_under_contract_can_be_deleted(world: World) -> None:
    subscription_id = sold(world, FIVE)
    world.chargebee.sign(subscription_id, 12)
    event = organization_event_json("organization.deleted")
    assert failed(world.invoke("organizations/provision", sqs_event(event))) == []
    held = world.chargebee.ask("GET", f"/subscriptions/{subscription_id}")["subscription"]
    assert held["status"] == "cancelled"


# --- cancel and restore ---------------------------------------------------------------------------


def test_a_cancellation_is_scheduled_for_the_end_of_the_term_and_the_cache_knows_at_once(world: World) -> None:
    subscription_id = subscribed(world, {"itemPriceId": "starter"})
    answer = post(world, "subscriptions/cancel")
    [row] = listed(world)
    assert (answer.status, answer.body) == (
        200,
        {"id": subscription_id, "status": "non_renewing", "cancelAt": row["periodEnd"]},
    )
    assert (row["status"], row["cancelAt"], row["access"]["allowed"]) == ("non_renewing", row["periodEnd"], True)
    assert world.announced()[-1] == "subscription.cancellation_scheduled"
    deliver_everything(world)
    assert world.announced().count("subscription.cancellation_scheduled") == 1


def test_cancelling_twice_is_cancelling_once(world: World) -> None:
    subscription_id = subscribed(world, {"itemPriceId": "starter"})
    first = post(world, "subscriptions/cancel").body
    assert post(world, "subscriptions/cancel").body == first
    assert world.chargebee.called().count(f"POST /subscriptions/{subscription_id}/cancel_for_items") == 1


def test_an_end_that_is_scheduled_for_a_later_term_comes_with_this_one(world: World) -> None:
    subscription_id = sold(world, FIVE)
    later = str(listed(world)[0]["periodEnd"] + 90 * DAY)
    path = f"/subscriptions/{subscription_id}/cancel_for_items"
    world.chargebee.ask("POST", path, cancel_option="specific_date", cancel_at=later)
    deliver_everything(world)
    assert post(world, "subscriptions/cancel").body["cancelAt"] == listed(world)[0]["periodEnd"]
    assert listed(world)[0]["cancelAt"] == listed(world)[0]["periodEnd"]


def test_who_asks_again_after_a_lost_answer_may_name_another_reason(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("billing.chargebee.connection.READ_SECONDS", 0.1)
    subscription_id = subscribed(world, {"itemPriceId": "starter"})
    world.chargebee.fail(f"/subscriptions/{subscription_id}/cancel_for_items", timeout_after=0.3, count=3)
    assert post(world, "subscriptions/cancel").status == 504
    world.chargebee.recover()
    answer = post(world, "subscriptions/cancel", {"reasonCode": "Too expensive"})
    assert (answer.status, answer.body["status"]) == (200, "non_renewing")


def test_a_cancellation_in_the_trial_is_scheduled_for_its_end(world: World) -> None:
    subscribed(world)
    answer = post(world, "subscriptions/cancel")
    [row] = listed(world)
    assert answer.body["cancelAt"] == row["trialEnd"]
    assert row["access"]["allowed"]


def test_a_cancellation_now_ends_it_now(world: World) -> None:
    subscribed(world)
    answer = post(world, "subscriptions/cancel", {"at": "now", "reasonCode": "Other"})
    assert (answer.status, answer.body["status"]) == (200, "cancelled")
    assert listed(world) == []
    [row] = listed(world, "history=true")
    assert (row["status"], row["access"]) == ("cancelled", {"allowed": False, "reason": "cancelled"})
    assert world.announced()[-1] == "subscription.cancelled"


def test_a_restored_subscription_goes_on(world: World) -> None:
    subscription_id = subscribed(world, {"itemPriceId": "starter"})
    post(world, "subscriptions/cancel")
    answer = post(world, "subscriptions/restore", {"subscriptionId": subscription_id})
    assert (answer.status, answer.body) == (200, {"id": subscription_id, "status": "active"})
    [row] = listed(world)
    assert (row["status"], row["cancelAt"]) == ("active", None)
    assert world.announced()[-1] == "subscription.cancellation_removed"


def test_only_a_cancellation_can_be_taken_back(world: World) -> None:
    subscribed(world)
    world.chargebee.forget_calls()
    answer = post(world, "subscriptions/restore")
    assert (answer.status, answer.code) == (409, "invalid_state")
    assert world.chargebee.calls() == []


def test_what_chargebee_refuses_teaches_the_cache_its_state(world: World) -> None:
    subscription_id = subscribed(world, {"itemPriceId": "starter"})
    post(world, "subscriptions/cancel")
    world.chargebee.ask("POST", f"/subscriptions/{subscription_id}/remove_scheduled_cancellation")
    answer = post(world, "subscriptions/restore")
    assert (answer.status, answer.code) == (409, "invalid_state")
    assert listed(world)[0]["status"] == "active"


@pytest.mark.parametrize(
    "body", [{"at": "tomorrow"}, {"at": None}, {"reasonCode": 7}, {"reasonCode": "x" * 101}, {"force": True}, []]
)
def test_a_wrong_cancellation_is_refused(world: World, body: object) -> None:
    answer = post(world, "subscriptions/cancel", body)
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert world.untouched()


@pytest.mark.parametrize("at", ["now", "term_end"])
def test_a_reason_is_one_of_the_sites_and_may_be_wanted(world: World, at: str) -> None:
    subscribed(world)
    world.chargebee.set("settings", cancel_reason_codes=["Other"], cancel_reason="mandatory")
    for body in ({}, {"reasonCode": "other"}):
        answer = post(world, "subscriptions/cancel", {"at": at, **body})
        assert (answer.status, answer.code) == (400, "invalid_request")
        assert "reasonCode" in answer.body["error"]
    assert post(world, "subscriptions/cancel", {"at": at, "reasonCode": "Other"}).status == 200


# --- the portal -----------------------------------------------------------------------------------


def test_the_portal_is_opened_for_the_organizations_customer(world: World) -> None:
    subscribed(world)
    world.chargebee.forget_calls()
    answer = post(world, "subscriptions/portal", {"returnUrl": "/billing?tab=plan"})
    assert (answer.status, set(answer.body)) == (200, {"url"})
    [call] = world.chargebee.calls()
    assert call["params"] == {"customer[id]": "org_1", "redirect_url": f"{APP}/billing?tab=plan"}


def test_every_call_opens_a_portal_session_of_its_own(world: World) -> None:
    assert post(world, "subscriptions/portal").body != post(world, "subscriptions/portal").body


def test_an_organization_whose_webhook_is_late_gets_its_customer_now(world: World) -> None:
    assert post(world, "subscriptions/portal").status == 200
    assert world.chargebee.called() == ["POST /customers", "POST /portal_sessions"]
    assert world.item("ORG#org_1", "ORG")["customer_id"] == "org_1"


def test_an_organization_whose_customer_was_deleted_gets_the_next_one_before_anybody_has_told_so(world: World) -> None:
    create(world)
    world.chargebee.ask("POST", "/customers/org_1/delete")
    world.chargebee.forget_calls()
    assert post(world, "subscriptions/portal").status == 200
    customer_id = world.item("ORG#org_1", "ORG")["customer_id"]
    assert customer_id != "org_1"
    assert world.chargebee.calls()[-1]["params"]["customer[id]"] == customer_id


def test_a_deleted_organization_has_no_portal(world: World) -> None:
    world.put(pk="ORG#org_1", sk="ORG", id="org_1", version=2, deleted_at=1)
    answer = post(world, "subscriptions/portal")
    assert (answer.status, answer.code) == (410, "organization_deleted")
    assert world.chargebee.calls() == []


@pytest.mark.parametrize("url", ["https://evil.example", "//evil.example", "/\\evil.example", "/%09/evil.example", ""])
def test_the_portal_returns_only_to_the_application(world: World, url: str) -> None:
    assert post(world, "subscriptions/portal", {"returnUrl": url}).status == 400
    assert (world.items(), world.chargebee.calls()) == ([], [])

"""Subscriptions and customers that move: who has them from now on, and who has not any more."""

from typing import Any

import pytest

from local.operations.migrating import migrate
from local.operations.target import Target
from tests.deployment.gateway import ADMIN, MACHINE, http_event, sqs_event
from tests.deployment.lambda_runtime import Answer
from tests.deployment.subscriptions import apply, create, deliver_everything, listed, subscribed, work_off
from tests.deployment.world import World
from tests.subscriptions.examples import organization_event_json

OTHER = "org_2"
THEIRS = ADMIN | {"oid": OTHER}


@pytest.fixture
def moved(world: World) -> str:
    """org_1 has bought, org_2 is there, and nobody has moved anything yet: the subscription's id."""
    event = organization_event_json(id=OTHER) | {"id": "evt_2"}
    assert world.invoke("organizations/provision", sqs_event(event))
    return subscribed(world)


def of(world: World, claims: dict[str, str], query: str = "history=true") -> list[dict[str, Any]]:
    answer = world.call("subscriptions/list", http_event("GET /api/subscription/list", claims=claims, query=query))
    found: list[dict[str, Any]] = answer.body["subscriptions"]
    return found


def gate(world: World, claims: dict[str, str]) -> dict[str, Any]:
    event = http_event("GET /api/access", claims=claims, query="itemPriceId=growth")
    answer: dict[str, Any] = world.call("subscriptions/access", event).body
    return answer


def sync(world: World, organization_id: str) -> Answer:
    event = http_event(f"POST /api/organizations/{organization_id}/sync", claims=MACHINE)
    return world.call("organizations/sync", event | {"pathParameters": {"id": organization_id}})


def move(world: World, subscription_id: str, customer_id: str = OTHER) -> None:
    world.chargebee.ask("POST", f"/subscriptions/{subscription_id}/move", to_customer_id=customer_id)


def check_moved(world: World, subscription_id: str) -> None:
    """org_2 has it and org_1 has not; org_1 may buy again."""
    [left] = of(world, ADMIN)
    assert (left["id"], left["status"], left["access"]) == (
        subscription_id,
        "transferred",
        {"allowed": False, "reason": "transferred"},
    )
    assert not gate(world, ADMIN)["allowed"]
    assert [each["chargebeeSubscriptionId"] for each in of(world, THEIRS, "")] == [subscription_id]
    assert gate(world, THEIRS)["allowed"]
    assert create(world, claims=THEIRS).code == "subscription_exists"
    assert create(world).status == 200


def test_a_subscription_that_moves_is_lost_and_gained_in_one_moment(world: World, moved: str) -> None:
    move(world, moved)
    changed = [each for each in world.chargebee.events() if each["event_type"] == "subscription_changed"]
    apply(world, changed[-1])
    check_moved(world, moved)
    assert world.announced().count("subscription.cancelled") == 1
    assert world.announced().count("subscription.created") == 2


@pytest.mark.parametrize("reverse", [False, True])
def test_the_events_of_a_move_may_come_in_any_order(world: World, moved: str, reverse: bool) -> None:
    move(world, moved)
    apply(world, *sorted(world.chargebee.events(), key=lambda each: each["id"], reverse=reverse))
    work_off(world)
    check_moved(world, moved)


def test_a_subscription_that_comes_back_is_there_again(world: World, moved: str) -> None:
    move(world, moved)
    deliver_everything(world)
    move(world, moved, "org_1")
    deliver_everything(world)
    assert [each["id"] for each in listed(world)] == [moved]
    assert [each["status"] for each in of(world, THEIRS)] == ["transferred"]


@pytest.mark.parametrize("told", ["untold", "told"])
def test_what_a_merge_of_customers_takes_is_closed_by_a_sync(world: World, moved: str, told: str) -> None:
    world.chargebee.assume(merge_of_customers=told)
    world.chargebee.ask("POST", "/customers/merge", from_customer_id="org_1", to_customer_id=OTHER)
    if told == "told":
        deliver_everything(world)
    assert sync(world, "org_1").status == 200
    check_moved(world, moved)


def test_what_moves_to_a_customer_of_nobodys_is_lost_too(world: World, moved: str) -> None:
    world.chargebee.ask("POST", "/customers", id="nobody")
    move(world, moved, "nobody")
    deliver_everything(world)
    assert [each["status"] for each in of(world, ADMIN)] == ["transferred"]
    assert create(world).status == 200


def forget_holder(world: World, subscription_id: str) -> None:
    world.account.dynamodb.delete_item(
        TableName=world.values["Table"],
        Key={"pk": {"S": f"SUBSCRIPTION#{subscription_id}"}, "sk": {"S": "SUBSCRIPTION"}},
    )


def test_a_row_that_nobody_noted_as_held_is_let_go_by_a_sync(world: World, moved: str) -> None:
    """Rows of before are held by nobody in the table's words."""
    forget_holder(world, moved)
    move(world, moved)
    deliver_everything(world)
    sync(world, "org_1")
    check_moved(world, moved)


def test_a_cancellation_now_leaves_alone_what_has_moved(world: World, moved: str) -> None:
    move(world, moved)
    event = http_event("POST /api/subscription/cancel", claims=ADMIN, body={"at": "now"})
    answer = world.call("subscriptions/cancel", event)
    assert (answer.status, answer.code) == (404, "subscription_not_found")
    check_moved(world, moved)


def test_a_page_that_was_paid_and_moved_before_anybody_heard_gives_its_id_up(world: World) -> None:
    event = organization_event_json(id=OTHER) | {"id": "evt_2"}
    world.invoke("organizations/provision", sqs_event(event))
    opened = create(world).body
    world.chargebee.pay(opened["id"])
    move(world, opened["subscriptionId"])
    again = create(world)
    assert again.status == 200
    assert again.body["subscriptionId"] != opened["subscriptionId"]
    assert [each["chargebeeSubscriptionId"] for each in of(world, THEIRS, "")] == [opened["subscriptionId"]]


@pytest.mark.parametrize("event", ["subscription_changed", "subscription_moved_in"])
def test_a_row_that_nobody_noted_as_held_is_lost_at_once_when_the_table_has_been_migrated(
    world: World, moved: str, event: str
) -> None:
    forget_holder(world, moved)
    migrate(Target("the world", {"TableName": world.values["Table"]}, lambda service: world.account.dynamodb))
    move(world, moved)
    apply(world, [each for each in world.chargebee.events() if each["event_type"] == event][-1])
    check_moved(world, moved)


@pytest.mark.parametrize("reverse", [False, True])
def test_what_is_sold_between_the_request_of_a_move_and_the_move_is_known_to_whoever_has_it_then(
    world: World, moved: str, reverse: bool
) -> None:
    """Chargebee moves a minute after it has answered. Until then it is the former organization's, seats and all."""
    world.chargebee.set_up(moves="later")
    move(world, moved)
    world.chargebee.ask(
        "POST",
        f"/subscriptions/{moved}/update_for_items",
        **{"subscription_items[item_price_id][0]": "growth", "subscription_items[quantity][0]": "9"},
    )
    deliver_everything(world)
    assert [each["seats"] for each in listed(world)] == [9]
    world.chargebee.advance(60)
    apply(world, *sorted(world.chargebee.events(), key=lambda each: each["id"], reverse=reverse))
    work_off(world)
    check_moved(world, moved)
    assert [each["seats"] for each in of(world, THEIRS, "")] == [9]


def test_a_merge_that_takes_its_time_takes_along_what_is_bought_meanwhile(world: World, moved: str) -> None:
    world.chargebee.assume(merge_of_customers="told")
    world.chargebee.set_up(moves="later")
    world.chargebee.ask("POST", "/customers/merge", from_customer_id="org_1", to_customer_id=OTHER)
    event = http_event("POST /api/subscription/cancel", claims=ADMIN, body={"at": "now"})
    assert world.call("subscriptions/cancel", event).status == 200
    deliver_everything(world)
    bought = create(world).body
    world.chargebee.pay(bought["id"])
    world.chargebee.advance(60)
    deliver_everything(world)
    left = {each["id"]: each["status"] for each in of(world, ADMIN)}
    assert left == {moved: "cancelled", bought["subscriptionId"]: "transferred"}
    assert [each["chargebeeSubscriptionId"] for each in of(world, THEIRS, "")] == [bought["subscriptionId"]]
    assert (gate(world, ADMIN)["allowed"], gate(world, THEIRS)["allowed"]) == (False, True)


@pytest.mark.parametrize("news", ["event", "sync"])
@pytest.mark.parametrize("left", ["subscriptions", "nothing"])
def test_what_moves_away_from_an_organization_whose_row_was_lost_is_gained_all_the_same(
    world: World, moved: str, news: str, left: str
) -> None:
    """Whoever held it is noted still, and nobody waits for a race against it to be won."""
    for sort_key in ("ORG", f"SUB#{moved}")[: 2 if left == "nothing" else 1]:
        key = {"pk": {"S": "ORG#org_1"}, "sk": {"S": sort_key}}
        world.account.dynamodb.delete_item(TableName=world.values["Table"], Key=key)
    move(world, moved)
    if news == "event":
        deliver_everything(world)
    else:
        assert sync(world, OTHER).status == 200
    assert [each["chargebeeSubscriptionId"] for each in of(world, THEIRS, "")] == [moved]
    assert (gate(world, ADMIN)["allowed"], gate(world, THEIRS)["allowed"]) == (False, True)

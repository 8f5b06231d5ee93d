"""An open checkout is taken back: it asks for nothing, and its id stays the next one's."""

from typing import Any

from tests.deployment.gateway import ADMIN, MEMBER, http_event
from tests.deployment.lambda_runtime import Answer
from tests.deployment.subscriptions import create, deliver_everything, listed, subscribed
from tests.deployment.world import World

WITHDRAW = "subscriptions/withdraw_checkout"


def asked(world: World, claims: dict[str, str]) -> Answer:
    return world.call(WITHDRAW, http_event("DELETE /api/subscription/checkout", claims=claims))


def withdraw(world: World) -> tuple[int, Any]:
    answer = asked(world, ADMIN)
    return answer.status, answer.body


def billing(world: World) -> Any:
    return world.call("organizations/billing", http_event("GET /api/billing", claims=ADMIN)).body


def pending(world: World) -> Any:
    return world.call("subscriptions/list", http_event("GET /api/subscription/list", claims=ADMIN)).body[
        "pendingCheckout"
    ]


def test_a_checkout_that_was_withdrawn_asks_for_nothing_and_doing_it_twice_is_doing_it_once(world: World) -> None:
    opened = create(world).body
    assert pending(world)["id"] == opened["subscriptionId"]

    assert withdraw(world) == (200, {"id": opened["subscriptionId"], "withdrawn": True})

    assert pending(world) is None
    assert billing(world)["requiredActions"] == []
    version = world.item("ORG#org_1", "ORG")["version"]
    assert withdraw(world) == (200, {"id": None, "withdrawn": True})
    assert world.item("ORG#org_1", "ORG")["version"] == version


def test_the_next_checkout_has_the_same_id_and_a_page_of_its_own(world: World) -> None:
    opened = create(world).body
    withdraw(world)

    again = create(world).body

    assert again["subscriptionId"] == opened["subscriptionId"]
    assert pending(world)["openedAt"] > 0
    assert [action["type"] for action in billing(world)["requiredActions"]] == ["finish_checkout"]


def test_the_page_of_a_withdrawn_checkout_that_is_paid_all_the_same_is_its_subscription(world: World) -> None:
    opened = create(world).body
    withdraw(world)
    world.chargebee.pay(opened["id"])
    deliver_everything(world)
    assert [row["id"] for row in listed(world)] == [opened["subscriptionId"]]


def test_a_subscription_is_no_checkout_and_a_member_may_not(world: World) -> None:
    subscribed(world)
    assert withdraw(world) == (200, {"id": None, "withdrawn": True})
    refused = asked(world, MEMBER)
    assert (refused.status, refused.code) == (403, "forbidden")

"""Puts organizations and subscriptions in place the way that they come: by buying, paying, and the webhooks of both."""

import json
from typing import Any

from tests.deployment.gateway import ADMIN, failed, http_event, sqs_event
from tests.deployment.lambda_runtime import Answer
from tests.deployment.world import World

CREATE = "POST /api/subscription/create"
GROWTH: dict[str, Any] = {"itemPriceId": "growth", "seats": 5}


def post(world: World, function: str, body: object = None, claims: dict[str, Any] | None = None) -> Answer:
    """A call of `/api/subscription/...` by a billing admin of org_1."""
    verb = function.removeprefix("subscriptions/")
    event = http_event(f"POST /api/subscription/{verb}", claims=claims or ADMIN, body={} if body is None else body)
    return world.call(function, event)


def create(world: World, body: object = None, claims: dict[str, Any] | None = None) -> Answer:
    return post(world, "subscriptions/create", GROWTH if body is None else body, claims)


def apply(world: World, *events: dict[str, Any]) -> None:
    """Deliver Chargebee events to the table."""
    assert failed(world.invoke("subscriptions/apply_event", sqs_event(*events))) == []


def deliver_everything(world: World) -> None:
    """Every event that Chargebee has, and every task that follows from one."""
    apply(world, *world.chargebee.events())
    work_off(world)


def work_off(world: World) -> None:
    """Drain the imports' queue and the provisioning queue, whatever the delay of their messages."""
    for queue in ("ImportsQueue", "ProvisioningQueue"):
        world.hasten(queue)
    while messages := world.messages("ImportsQueue"):
        assert failed(world.invoke("organizations/import", sqs_event(*messages))) == []
    while messages := world.messages("ProvisioningQueue"):
        assert failed(world.invoke("organizations/provision", sqs_event(*messages))) == []


def subscribed(world: World, body: object = None) -> str:
    """org_1 has bought: returns the subscription's id."""
    opened = create(world, body)
    assert opened.status == 200, opened.text
    world.chargebee.pay(opened.body["id"])
    deliver_everything(world)
    return str(opened.body["subscriptionId"])


def listed(world: World, query: str = "") -> list[dict[str, Any]]:
    answer = world.call("subscriptions/list", http_event("GET /api/subscription/list", claims=ADMIN, query=query))
    assert answer.status == 200, answer.text
    found: list[dict[str, Any]] = json.loads(answer.text)["subscriptions"]
    return found

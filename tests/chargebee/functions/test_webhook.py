import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from billing.chargebee.excerpt import excerpt
from billing.chargebee.read_event import read_event
from tests.deployment.gateway import http_event
from tests.deployment.lambda_runtime import Answer
from tests.deployment.world import World
from tests.subscriptions.examples import customer_json, event_json, subscription_json

ROUTE = "POST /api/webhooks/chargebee"
EVENT = event_json("subscription_created", subscription=subscription_json(), customer=customer_json())


def basic(username: str = "chargebee", password: str = "current password") -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def deliver(
    world: World, body: object = EVENT, authorization: str | None = None, *, base64_encoded: bool = False
) -> Answer:
    headers = {"authorization": basic() if authorization is None else authorization}
    return world.call("chargebee/webhook", http_event(ROUTE, body=body, headers=headers, base64_encoded=base64_encoded))


@pytest.mark.parametrize("base64_encoded", [False, True], ids=["plain", "base64"])
def test_of_an_authenticated_event_what_is_read_is_queued(world: World, base64_encoded: bool) -> None:
    answer = deliver(world, base64_encoded=base64_encoded)
    assert (answer.status, answer.body) == (200, {"received": True})
    assert world.messages("EventsQueue") == [excerpt(EVENT)]
    assert (world.items(), world.chargebee.calls()) == ([], [])


def test_past_the_api_it_takes_and_refuses_the_same(world: World) -> None:
    """What a function's URL hands over: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads"""
    past = http_event("POST /", body=EVENT) | {"routeKey": "$default"}
    assert world.call("chargebee/webhook", past).status == 401
    past["headers"] |= {"authorization": basic()}
    assert world.call("chargebee/webhook", past).status == 200
    assert world.messages("EventsQueue") == [excerpt(EVENT)]


def test_the_previous_credentials_are_accepted_until_they_are_cleared(world: World) -> None:
    assert deliver(world, authorization=basic(password="previous password")).status == 200


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Basic",
        "Basic %%%",
        basic(password="wrong"),
        basic(username="somebody"),
        basic("", ""),
        "Bearer " + basic().partition(" ")[2],
        "current password",
    ],
)
def test_other_credentials_are_refused_without_a_trace(world: World, authorization: str) -> None:
    answer = deliver(world, authorization=authorization)
    assert (answer.status, answer.code) == (401, "unauthenticated")
    assert world.untouched()


def test_no_credentials_at_all_are_refused(world: World) -> None:
    assert world.call("chargebee/webhook", http_event(ROUTE, body=EVENT)).status == 401


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"current_username": "", "current_password": ""},
        {"current_username": "chargebee", "current_password": ""},
        {"current_username": "", "current_password": "current password"},
    ],
)
def test_without_complete_credentials_every_event_is_refused(world: World, kept: dict[str, str]) -> None:
    world.keep_secret("ChargebeeWebhookSecret", **kept)
    for authorization in (basic(), basic("", ""), basic("chargebee", ""), ""):
        answer = deliver(world, authorization=authorization)
        assert (answer.status, answer.code) == (500, "not_configured")
    assert world.untouched()


def test_a_secret_that_cannot_be_read_refuses_every_event(world: World) -> None:
    world.values["ChargebeeWebhookSecret"] = "a secret that does not exist"
    answer = deliver(world)
    assert (answer.status, answer.code) == (500, "internal_error")
    assert world.untouched()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "null",
        "[]",
        "7",
        "{}",
        {"id": "ev_1"},
        {"event_type": "x"},
        {"id": "", "event_type": "x"},
        "[" * 200_000,
    ],
    ids=lambda body: str(body)[:40],
)
def test_a_body_that_is_no_event_is_refused(world: World, body: Any) -> None:
    answer = deliver(world, body)
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert world.untouched()


@pytest.mark.parametrize("size", [848_000, 1_400_000])
def test_an_event_that_no_queue_would_take_is_accepted(world: World, size: int) -> None:
    tier = {"item_price_id": "growth", "starting_unit": 1, "ending_unit": 2, "price": 100, "object": "item_tier"}
    tiers = [tier] * (size // len(json.dumps(tier)))
    event = event_json(subscription=subscription_json(item_tiers=tiers), customer=customer_json())
    assert deliver(world, event).status == 200
    [queued], whole = [read_event(message) for message in world.messages("EventsQueue")], read_event(event)
    assert queued.subscription is not None
    assert whole.subscription is not None
    [line] = queued.subscription.items or ()
    assert line.agreed == (("left_out", "item_tiers"),)
    assert replace(queued.subscription, items=()) == replace(whole.subscription, items=())


def test_an_event_of_which_too_much_is_read_is_refused(world: World) -> None:
    answer = deliver(world, event_json(subscription=subscription_json(cancel_reason="x" * 256 * 1024)))
    assert (answer.status, answer.code) == (413, "payload_too_large")
    assert world.messages("EventsQueue") == []


def test_a_body_over_5_mb_is_refused_before_anything_is_read_from_it(world: World) -> None:
    answer = deliver(world, "{" + " " * 5 * 1024 * 1024)
    assert (answer.status, answer.code) == (413, "payload_too_large")
    assert world.untouched()


def test_a_queue_that_does_not_take_the_event_makes_chargebee_send_it_again(world: World) -> None:
    world.lose("EventsQueue")
    answer = deliver(world)
    assert (answer.status, answer.code) == (500, "internal_error")


def test_an_event_without_anything_to_apply_is_accepted(world: World) -> None:
    assert deliver(world, event_json("payment_source_added", customer=customer_json())).status == 200


def test_refusals_are_counted_where_the_alarm_looks(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    deliver(world, authorization="")
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    [metric] = [line for line in lines if "_aws" in line]
    [declared] = metric["_aws"]["CloudWatchMetrics"]
    assert (declared["Namespace"], declared["Dimensions"]) == ("Billing", [["service"]])
    assert (metric["service"], metric["webhook_refused_401"]) == ("organization-billing", [1.0])

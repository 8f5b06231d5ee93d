import base64

import pytest

from tests.local.chargebee.receiver import Receiver
from tests.local.chargebee.world import Vendor


@pytest.fixture
def listening(world: Vendor, receiver: Receiver) -> Vendor:
    world.control("PUT", "/webhook_endpoint", {"url": receiver.url, "username": "cb", "password": "s:cret"})
    return world


def test_every_event_is_posted_in_order_with_the_credentials(listening: Vendor, receiver: Receiver) -> None:
    listening.subscribe("sub_1")
    listening.delivered()
    assert receiver.event_types == listening.event_types()
    first = receiver.deliveries[0]
    assert first.headers["authorization"] == f"Basic {base64.b64encode(b'cb:s:cret').decode()}"
    assert first.headers["content-type"] == "application/json"
    assert first.event["object"] == "event" and first.event["api_version"] == "v2"
    assert first.event["webhook_status"] == "scheduled"
    assert {event["webhook_status"] for event in listening.events()} == {"succeeded"}


def test_a_refused_delivery_is_tried_again_until_it_is_taken(listening: Vendor, receiver: Receiver) -> None:
    receiver.statuses = [500, 404]
    listening.customer("org_1")
    listening.delivered()
    assert receiver.event_types == ["customer_created"] * 3
    assert len({delivery.event["id"] for delivery in receiver.deliveries}) == 1
    assert listening.events()[0]["webhook_status"] == "succeeded"


def test_the_attempts_end_and_the_event_says_so(listening: Vendor, receiver: Receiver) -> None:
    receiver.statuses = [503] * 10
    listening.customer("org_1")
    listening.delivered()
    event = listening.sdk.Event.list({"webhook_status": {"is": "failed"}}).list[0].event
    assert (len(receiver.deliveries), event.webhook_failure_reason) == (4, "HTTP 503")
    receiver.statuses = []
    listening.control("POST", f"/events/{event.id}/resend")
    listening.delivered()
    assert listening.events()[0]["webhook_status"] == "succeeded"


def test_a_receiver_that_is_down_does_not_hold_up_the_api(world: Vendor) -> None:
    with Receiver() as gone:
        url = gone.url
    world.control("PUT", "/webhook_endpoint", {"url": url})
    world.customer("org_1")
    world.delivered()
    assert world.events()[0]["webhook_status"] == "failed"


def test_webhooks_can_come_twice(listening: Vendor, receiver: Receiver) -> None:
    listening.control("PUT", "/faults", {"webhooks": {"duplicate": 1.0}})
    listening.customer("org_1")
    listening.delivered()
    assert receiver.event_types == ["customer_created"] * 2


def test_webhooks_can_be_lost_and_the_event_is_still_in_the_feed(listening: Vendor, receiver: Receiver) -> None:
    listening.control("PUT", "/faults", {"webhooks": {"drop": 1.0}})
    listening.customer("org_1")
    listening.delivered()
    assert receiver.deliveries == [] and listening.event_types() == ["customer_created"]


def test_every_attempt_is_logged_with_what_became_of_it(listening: Vendor, receiver: Receiver) -> None:
    receiver.statuses = [500]
    listening.customer("org_1")
    listening.delivered()
    listening.control("PUT", "/faults", {"webhooks": {"drop": 1.0}})
    listening.customer("org_2")
    log = listening.control("GET", "/webhooks")["deliveries"]
    assert [each["answer"] for each in log] == ["HTTP 500", "delivered", "dropped"]
    assert [each["event"]["content"]["customer"]["id"] for each in log] == ["org_1", "org_1", "org_2"]
    assert log == sorted(log, key=lambda each: each["at"])
    assert listening.control("GET", "/webhooks?about=org_2")["deliveries"] == log[2:]
    assert listening.control("GET", f"/webhooks?since={log[2]['at'] + 1}")["deliveries"] == []


def test_webhooks_can_come_out_of_order(listening: Vendor, receiver: Receiver) -> None:
    listening.control("PUT", "/faults", {"webhooks": {"shuffle": True, "seed": 7}})
    for number in range(12):
        listening.customer(f"org_{number}")
    listening.delivered()
    came = [delivery.event["id"] for delivery in receiver.deliveries]
    happened = [event["id"] for event in listening.events()]
    assert came != happened and sorted(came) == sorted(happened)


def test_a_reset_drops_what_was_still_to_come(listening: Vendor, receiver: Receiver) -> None:
    receiver.statuses = [500] * 10
    listening.customer("org_1")
    listening.control("POST", "/reset")
    assert listening.control("GET", "/webhooks/pending") == {"pending": 0}

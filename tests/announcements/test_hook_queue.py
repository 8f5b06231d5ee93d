import json
from typing import Any

import pytest

from billing.announcements.destinations import MAX_DEDUPLICATION_ID, SqsHookQueue, read_message
from billing.announcements.published import PublishedAnnouncement
from billing.runtime.trace import about
from billing.subscriptions.domain.transition import Transition
from tests.announcements.examples import ANNOUNCEMENTS, publish
from tests.subscriptions.examples import NOW, ORG


class Client:
    """Stands in for boto3: what is sent is kept."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def send_message(self, **arguments: Any) -> None:
        self.sent.append(arguments)


@pytest.mark.parametrize("event", [publish(each) for each in ANNOUNCEMENTS.values()], ids=list(ANNOUNCEMENTS))
def test_an_announcement_survives_its_queue_in_its_organizations_group(event: PublishedAnnouncement) -> None:
    client = Client()
    SqsHookQueue(client, "https://queue").enqueue(event)
    [sent] = client.sent
    assert (sent["MessageGroupId"], sent["MessageDeduplicationId"]) == (ORG, event["key"])
    assert read_message(json.loads(sent["MessageBody"]), publish) == event


def test_a_key_longer_than_the_queue_takes_deduplicates_by_its_digest() -> None:
    client = Client()
    queue = SqsHookQueue(client, "https://queue")
    for ending in "aab":
        key = "k" * MAX_DEDUPLICATION_ID + ending
        queue.enqueue({**publish(ANNOUNCEMENTS[Transition.PAUSED]), "key": key})
    first, again, other = (each["MessageDeduplicationId"] for each in client.sent)
    assert first == again != other
    assert len(first) <= MAX_DEDUPLICATION_ID


def test_a_message_of_before_is_published_under_the_key_that_it_has() -> None:
    message = {
        "key": f"{ORG}#4#0",
        "transition": "subscription.cancellation_scheduled",
        "organization_id": ORG,
        "customer_id": ORG,
        "at": NOW,
        "subscription": {
            "id": "cb1",
            "checkout_id": "sub_1",
            "customer_id": ORG,
            "status": "non_renewing",
            "cancelled_at": NOW + 5,
            "due_invoices": 0,
            "items": [{"item_price_id": "growth", "item_type": "plan", "quantity": 5}],
            "contract_term": '{"status": "active"}',
        },
    }
    event: Any = read_message(message, publish)
    assert (event["version"], event["key"], event["transition"]) == (1, f"{ORG}#4#0", message["transition"])
    told = event["subscription"]
    assert (told["id"], told["chargebeeSubscriptionId"], told["cancelAt"]) == ("sub_1", "cb1", NOW + 5)
    assert (told["plan"], told["seats"], told["contractTerm"]) == ("Growth", 5, {"status": "active"})


def test_a_message_of_before_about_anything_else_is_published_in_todays_words() -> None:
    message = {
        "key": f"{ORG}#charge.failed#chg_1#3",
        "transition": "charge.failed",
        "organization_id": ORG,
        "customer_id": ORG,
        "at": NOW,
        "subscription": None,
        "details": {
            "charge_id": "chg_1",
            "key": "k1",
            "purpose": "charge",
            "currency": "USD",
            "amount": 5,
            "code": "no",
        },
    }
    event: Any = read_message(message, publish)
    assert "subscription" not in event
    assert (event["charge"]["id"], event["charge"]["state"], event["charge"]["failure"]["code"]) == (
        "chg_1",
        "failed",
        "no",
    )


def test_a_hooks_message_carries_what_began_its_announcement() -> None:
    client = Client()
    with about(request_id="r1", event_id="ev_1"):
        SqsHookQueue(client, "https://queue").enqueue(publish(ANNOUNCEMENTS[Transition.PAUSED]))
    [sent] = client.sent
    assert {name: told["StringValue"] for name, told in sent["MessageAttributes"].items()} == {
        "request_id": "r1",
        "event_id": "ev_1",
    }

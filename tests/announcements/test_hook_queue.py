import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from billing.announcements.destinations import MAX_DEDUPLICATION_ID, SqsHookQueue, read_message
from billing.announcements.published import PublishedAnnouncement
from billing.announcements.relay import Refusal, Unrelayable
from billing.runtime.logs import about
from billing.subscriptions.domain.transition import Transition
from tests.announcements.examples import ANNOUNCEMENTS, publish
from tests.subscriptions.examples import NOW, ORG


class Client:
    """Stands in for boto3: what is sent is kept, batch by batch. `refuses` are bodies, with the codes they meet."""

    def __init__(self, **refuses: str) -> None:
        self.batches: list[list[dict[str, Any]]] = []
        self.refuses = refuses

    @property
    def sent(self) -> list[dict[str, Any]]:
        return [entry for batch in self.batches for entry in batch]

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        self.batches.append(Entries)
        codes = {entry["Id"]: self.refuses.get(entry["MessageBody"]) for entry in Entries}
        return {"Failed": [{"Id": name, "Code": code} for name, code in codes.items() if code]}


def enqueued(client: Any, *events: PublishedAnnouncement) -> Refusal | None:
    queue = SqsHookQueue(client, "https://queue")
    return queue.enqueue([queue.message(event) for event in events])


def plain(*groups: str) -> list[dict[str, Any]]:
    """Messages of those organizations, whose bodies are their places."""
    return [{"MessageBody": str(place), "MessageGroupId": group} for place, group in enumerate(groups)]


def bodies(client: Client) -> list[list[str]]:
    return [[entry["MessageBody"] for entry in batch] for batch in client.batches]


def test_messages_go_ten_at_a_time_and_an_organizations_one_after_the_other() -> None:
    many, pair = Client(), Client()
    assert SqsHookQueue(many, "q").enqueue(plain(*(str(number) for number in range(12)))) is None
    assert [len(batch) for batch in many.batches] == [10, 2]
    assert SqsHookQueue(pair, "q").enqueue(plain("a", "b", "a", "c")) is None
    assert bodies(pair) == [["0", "1"], ["2", "3"]]


def test_messages_that_are_too_large_together_go_apart() -> None:
    client = Client()
    messages = [{**each, "MessageBody": letter * 150_000} for each, letter in zip(plain("a", "b"), "xy", strict=True)]
    assert SqsHookQueue(client, "q").enqueue(messages) is None
    assert [len(batch) for batch in client.batches] == [1, 1]


@pytest.mark.parametrize(("code", "error"), [("InternalError", RuntimeError), ("InvalidMessageContents", Unrelayable)])
def test_behind_the_first_message_that_is_refused_no_batch_is_sent(code: str, error: type[Exception]) -> None:
    client = Client(**{"1": code})
    refusal = SqsHookQueue(client, "q").enqueue(plain("a", "b", "c", "b"))
    assert refusal is not None
    assert (refusal.place, type(refusal.error)) == (1, error)
    assert bodies(client) == [["0", "1", "2"]]


class Whole(Client):
    """It refuses every batch in which the body is."""

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        self.batches.append(Entries)
        if self.refuses.keys() & {entry["MessageBody"] for entry in Entries}:
            raise ClientError({"Error": {"Code": next(iter(self.refuses.values()))}}, "SendMessageBatch")
        return {}


def test_of_a_batch_that_is_refused_for_good_only_the_message_whose_fault_it_was_is_given_up() -> None:
    client = Whole(**{"1": "InvalidMessageContents"})
    refusal = SqsHookQueue(client, "q").enqueue(plain("a", "b", "c"))
    assert refusal is not None
    assert (refusal.place, type(refusal.error)) == (1, Unrelayable)
    assert bodies(client) == [["0", "1", "2"], ["0"], ["1"]]


def test_a_message_that_is_too_large_for_any_batch_is_given_up_alone() -> None:
    client = Whole(**{"1": "AWS.SimpleQueueService.BatchRequestTooLong"})
    refusal = SqsHookQueue(client, "q").enqueue(plain("a", "b", "c"))
    assert refusal is not None
    assert (refusal.place, type(refusal.error)) == (1, Unrelayable)
    assert bodies(client) == [["0", "1", "2"], ["0"], ["1"]]


def test_a_queue_that_is_away_refuses_the_first_of_what_is_left() -> None:
    refusal = SqsHookQueue(Whole(**{"2": "ServiceUnavailable"}), "q").enqueue(plain("a", "b", "a"))
    assert refusal is not None
    assert (refusal.place, type(refusal.error)) == (2, ClientError)


@pytest.mark.parametrize("event", [publish(each) for each in ANNOUNCEMENTS.values()], ids=list(ANNOUNCEMENTS))
def test_an_announcement_survives_its_queue_in_its_organizations_group(event: PublishedAnnouncement) -> None:
    client = Client()
    assert enqueued(client, event) is None
    [sent] = client.sent
    assert (sent["MessageGroupId"], sent["MessageDeduplicationId"]) == (ORG, event["key"])
    assert read_message(json.loads(sent["MessageBody"]), publish) == event


def test_a_key_longer_than_the_queue_takes_deduplicates_by_its_digest() -> None:
    client = Client()
    for ending in "aab":
        key = "k" * MAX_DEDUPLICATION_ID + ending
        enqueued(client, {**publish(ANNOUNCEMENTS[Transition.PAUSED]), "key": key})
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
        enqueued(client, publish(ANNOUNCEMENTS[Transition.PAUSED]))
    [sent] = client.sent
    assert {name: told["StringValue"] for name, told in sent["MessageAttributes"].items()} == {
        "request_id": "r1",
        "event_id": "ev_1",
    }

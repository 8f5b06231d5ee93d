import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from billing.aws.sqs import SqsQueue, batches
from billing.runtime.logs import about
from billing.subscriptions.domain.transaction import MAX_DELAY, Command, Task
from tests.aws_in_memory import client_in_memory


@pytest.fixture
def client() -> Iterator[Any]:
    with client_in_memory("sqs") as client:
        yield client


@pytest.fixture
def url(client: Any) -> str:
    return str(client.create_queue(QueueName="provisioning")["QueueUrl"])


def received(client: Any, url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return found


def test_a_body_arrives_as_it_was_sent(client: Any, url: str) -> None:
    SqsQueue(client, url).send('{"id": "ev_1", "name": "Ünï"}')
    assert [message["Body"] for message in received(client, url)] == ['{"id": "ev_1", "name": "Ünï"}']


def test_a_task_of_our_own_says_what_to_do_for_whom(client: Any, url: str) -> None:
    queue = SqsQueue(client, url)
    queue.command(Command(Task.RESYNC, "org_1"))
    queue.command(Command(Task.CANCEL_ORPHAN, "org_1", "cb1"))
    assert [json.loads(message["Body"]) for message in received(client, url)] == [
        {"type": "billing.resync", "organizationId": "org_1", "subscriptionId": ""},
        {"type": "billing.cancel_orphan", "organizationId": "org_1", "subscriptionId": "cb1"},
    ]


def test_a_queue_that_does_not_take_the_message_raises(client: Any, url: str) -> None:
    client.delete_queue(QueueUrl=url)
    with pytest.raises(ClientError):
        SqsQueue(client, url).send("{}")


@pytest.mark.parametrize(("seconds", "delay"), [(60, 60), (100_000, MAX_DELAY)])
def test_a_body_for_later_is_delayed_no_longer_than_the_queue_allows(
    client: Any, url: str, seconds: int, delay: int
) -> None:
    asked: list[str] = []
    client.meta.events.register("before-send", lambda request, **_: asked.append(request.body.decode()))
    SqsQueue(client, url).send_later('{"id": "ev_1"}', seconds)
    assert [(json.loads(body)["MessageBody"], json.loads(body)["DelaySeconds"]) for body in asked] == [
        ('{"id": "ev_1"}', delay)
    ]
    assert received(client, url) == []


def test_many_bodies_go_ten_at_a_time_in_their_order(client: Any, url: str) -> None:
    asked: list[str] = []
    client.meta.events.register("before-send", lambda request, **_: asked.append(request.body.decode()))
    with about(request_id="r1"):
        SqsQueue(client, url).send_all([str(number) for number in range(23)])
    entries = [json.loads(body)["Entries"] for body in asked]
    assert [[each["MessageBody"] for each in batch] for batch in entries] == [
        [str(number) for number in range(start, min(start + 10, 23))] for start in (0, 10, 20)
    ]
    assert {each["MessageAttributes"]["request_id"]["StringValue"] for batch in entries for each in batch} == {"r1"}


def test_nothing_to_queue_is_no_call(client: Any, url: str) -> None:
    client.delete_queue(QueueUrl=url)
    SqsQueue(client, url).send_all([])


def test_bodies_that_are_too_large_together_go_one_after_the_other() -> None:
    large, small = "x" * 200_000, "y"
    assert list(batches([large, small, large, small])) == [[large, small], [large, small]]
    assert list(batches(["x" * (256 * 1024)])) == [["x" * (256 * 1024)]]


def test_a_batch_that_is_not_taken_whole_raises(client: Any, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = [{"Id": "1", "Code": "InternalError", "SenderFault": False}]
    monkeypatch.setattr(client, "send_message_batch", lambda **_: {"Successful": [], "Failed": failed})
    with pytest.raises(RuntimeError, match="refused 1 of 2 messages: InternalError"):
        SqsQueue(client, url).send_all(["{}", "{}"])


def test_every_message_carries_what_began_the_work_in_which_it_is_sent(client: Any, url: str) -> None:
    queue = SqsQueue(client, url)
    with about(request_id="r1", event_id="ev_1", organization_id="org_1"):
        queue.send("{}")
        queue.send_later("{}", 0)
        queue.command(Command(Task.RESYNC, "org_1"))
    queue.send("{}")
    answer = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
    carried = [
        {name: told["StringValue"] for name, told in message.get("MessageAttributes", {}).items()}
        for message in answer["Messages"]
    ]
    assert carried == [{"request_id": "r1", "event_id": "ev_1"}] * 3 + [{}]

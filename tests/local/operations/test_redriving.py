"""Dead letters on an in-memory SQS."""

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.launcher.aws import AwsClient
from local.operations.failure import OperationFailed
from local.operations.redriving import redrive
from local.operations.target import Target


def target_with(sqs: AwsClient, queue: str, **attributes: str) -> Target:
    suffix = ".fifo" if "FifoQueue" in attributes else ""
    urls = {
        f"{queue}{kind}Url": sqs.create_queue(QueueName=f"{queue}{kind}{suffix}", Attributes=attributes)["QueueUrl"]
        for kind in ("Queue", "DeadLetters")
    }
    return Target("a stack in memory", urls, lambda service: sqs)


def received(sqs: AwsClient, url: str) -> list[dict[str, Any]]:
    """Everything in the queue, consumed in the order in which it comes."""
    messages: list[dict[str, Any]] = []
    while batch := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"]
    ).get("Messages"):
        messages += batch
        for message in batch:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return messages


def bodies(sqs: AwsClient, url: str) -> list[str]:
    return [message["Body"] for message in received(sqs, url)]


def test_every_dead_letter_goes_back_with_its_attributes(sqs: AwsClient) -> None:
    target = target_with(sqs, "Events")
    attributes = {
        "text": {"DataType": "String", "StringValue": "kept"},
        "bytes": {"DataType": "Binary", "BinaryValue": b"\x00\x01"},
    }
    for number in range(23):
        sqs.send_message(
            QueueUrl=target.output("EventsDeadLettersUrl"), MessageBody=str(number), MessageAttributes=attributes
        )
    assert redrive("events", target) == 23
    assert bodies(sqs, target.output("EventsDeadLettersUrl")) == []
    returned = received(sqs, target.output("EventsQueueUrl"))
    assert sorted(int(message["Body"]) for message in returned) == list(range(23))
    assert all(message["MessageAttributes"] == attributes for message in returned)


def test_an_empty_queue_has_nothing_to_move(sqs: AwsClient) -> None:
    assert redrive("provisioning", target_with(sqs, "Provisioning")) == 0


def test_a_fifo_queue_keeps_each_groups_order(sqs: AwsClient) -> None:
    target = target_with(sqs, "Hooks", FifoQueue="true")
    for number in range(24):
        sqs.send_message(
            QueueUrl=target.output("HooksDeadLettersUrl"),
            MessageBody=str(number),
            MessageGroupId=f"org_{number % 2}",
            MessageDeduplicationId=str(number),
        )
    assert redrive("hooks", target) == 24
    returned = received(sqs, target.output("HooksQueueUrl"))
    for group in ("org_0", "org_1"):
        order = [int(each["Body"]) for each in returned if each["Attributes"]["MessageGroupId"] == group]
        assert len(order) == 12
        assert all(earlier < later for earlier, later in pairwise(order))


def test_a_message_is_not_swallowed_by_its_first_sending(sqs: AwsClient) -> None:
    target = target_with(sqs, "Hooks", FifoQueue="true")
    source, dead_letters = target.output("HooksQueueUrl"), target.output("HooksDeadLettersUrl")
    once = {"MessageBody": "hook", "MessageGroupId": "org_1", "MessageDeduplicationId": "key"}
    sqs.send_message(QueueUrl=source, **once)
    assert bodies(sqs, source) == ["hook"]
    sqs.send_message(QueueUrl=dead_letters, **once)
    assert redrive("hooks", target) == 1
    assert bodies(sqs, source) == ["hook"]


def test_a_hook_is_told_that_what_it_hears_is_late(sqs: AwsClient) -> None:
    target = target_with(sqs, "Hooks", FifoQueue="true")
    letter = {"MessageGroupId": "org_1", "MessageDeduplicationId": "key", "MessageBody": '{"key": "org_1#4#0"}'}
    sqs.send_message(QueueUrl=target.output("HooksDeadLettersUrl"), **letter)
    assert redrive("hooks", target) == 1
    [told] = bodies(sqs, target.output("HooksQueueUrl"))
    assert json.loads(told) == {"key": "org_1#4#0", "redelivered": True}


class Failing:
    """SQS, whose named method fails the first time that it is called."""

    def __init__(self, sqs: AwsClient, method: str) -> None:
        self._sqs = sqs
        self._method = method
        self._armed = True

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name == self._method and self._armed:
            return self._fail
        method: Callable[..., Any] = getattr(self._sqs, name)
        return method

    def _fail(self, **parameters: Any) -> None:
        self._armed = False
        raise ClientError({"Error": {"Code": "ServiceUnavailable", "Message": "try again"}}, self._method)


def interrupted(sqs: AwsClient, method: str, monkeypatch: pytest.MonkeyPatch) -> Target:
    """A FIFO target with one dead letter, whose first move died at `method`."""
    monkeypatch.setattr("local.operations.redriving.HIDDEN_SECONDS", 0)
    target = target_with(sqs, "Hooks", FifoQueue="true")
    sqs.send_message(
        QueueUrl=target.output("HooksDeadLettersUrl"),
        MessageBody="hook",
        MessageGroupId="org_1",
        MessageDeduplicationId="key",
    )
    failing = Failing(sqs, method)
    with pytest.raises(ClientError):
        redrive("hooks", Target(target.description, target.outputs, lambda service: failing))
    return target


def test_a_move_that_died_before_sending_lost_nothing(sqs: AwsClient, monkeypatch: pytest.MonkeyPatch) -> None:
    target = interrupted(sqs, "send_message", monkeypatch)
    assert bodies(sqs, target.output("HooksQueueUrl")) == []
    assert redrive("hooks", target) == 1
    assert bodies(sqs, target.output("HooksQueueUrl")) == ["hook"]


def test_a_move_that_died_before_deleting_delivers_once(sqs: AwsClient, monkeypatch: pytest.MonkeyPatch) -> None:
    target = interrupted(sqs, "delete_message", monkeypatch)
    assert redrive("hooks", target) == 1
    assert bodies(sqs, target.output("HooksQueueUrl")) == ["hook"]
    assert bodies(sqs, target.output("HooksDeadLettersUrl")) == []


def test_a_stack_without_the_outputs_is_told_apart(sqs: AwsClient) -> None:
    with pytest.raises(OperationFailed, match="EventsDeadLettersUrl"):
        redrive("events", Target("an old stack", {}, lambda service: sqs))

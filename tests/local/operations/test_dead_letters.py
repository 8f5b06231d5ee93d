"""Dead letters looked at one by one, on SQS and CloudWatch Logs in memory."""

import json
import re
import time
from typing import Any

import boto3
import pytest

from local.launcher.aws import AwsClient
from local.operations import dead_letters
from local.operations.dead_letters import RELAY, discard, listed, redrive_one
from local.operations.failure import OperationFailed
from local.operations.log_lines import mentioning
from local.operations.redriving import QUEUES
from local.operations.showing import show
from local.operations.target import Target
from tests.local.operations.test_redriving import bodies

ALL = (*QUEUES, RELAY)
EVENT = {"id": "ev_1", "event_type": "x", "content": {"subscription": {"customer_id": "org_1"}}}


class Stack:
    """Every queue with its dead letters, and the log."""

    def __init__(self, sqs: AwsClient) -> None:
        self.sqs, self.logs = sqs, boto3.client("logs", region_name="us-east-1")
        self.outputs = {"LogGroup": "functions", "ApiLogGroup": "api"}
        for name in ALL:
            fifo = {"FifoQueue": "true"} if name == "hooks" else {}
            for kind in ("Queue", "DeadLetters"):
                queue_name = f"{name}-{kind}{'.fifo' if fifo else ''}"
                url = sqs.create_queue(QueueName=queue_name, Attributes=fifo)["QueueUrl"]
                self.outputs[f"{name.title()}{kind}Url"] = url
        for group in ("functions", "api"):
            self.logs.create_log_group(logGroupName=group)
        self.logs.create_log_stream(logGroupName="functions", logStreamName="a")
        clients = {"sqs": sqs, "logs": self.logs}
        self.target = Target("a stack in memory", self.outputs, clients.__getitem__)

    def dead(self, queue: str, body: object, **more: Any) -> str:
        """The id of a new dead letter."""
        if queue == "hooks":
            more |= {"MessageGroupId": "org_1", "MessageDeduplicationId": str(time.monotonic_ns())}
        text = body if isinstance(body, str) else json.dumps(body)
        sent = self.sqs.send_message(QueueUrl=self.outputs[f"{queue.title()}DeadLettersUrl"], MessageBody=text, **more)
        return str(sent["MessageId"])

    def failed(self, message_id: str, ago: int = 0, **fields: Any) -> None:
        line = {"level": "WARNING", "message": "message_failed", "message_id": message_id, **fields}
        event = {"timestamp": int((time.time() - ago) * 1_000), "message": json.dumps(line)}
        self.logs.put_log_events(logGroupName="functions", logStreamName="a", logEvents=[event])

    def left(self, queue: str) -> list[str]:
        return bodies(self.sqs, self.outputs[f"{queue.title()}DeadLettersUrl"])

    def back(self, queue: str) -> list[str]:
        return bodies(self.sqs, self.outputs[f"{queue.title()}QueueUrl"])


@pytest.fixture
def stack(sqs: AwsClient) -> Stack:
    return Stack(sqs)


def test_each_letter_is_listed_with_whose_and_what_it_is_and_why_it_failed(stack: Stack) -> None:
    event = stack.dead("events", EVENT)
    task = stack.dead("provisioning", {"type": "resync", "organizationId": "org_2"})
    hook = stack.dead("hooks", {"key": "org_1#7#000", "organizationId": "org_1", "transition": "x"})
    stack.failed(event, exception_name="KeyError", code="internal_error")
    stack.failed(task, code="chargebee_unavailable", upstream_status=503)
    told = [line.split("  ") for line in listed(stack.target, ALL).splitlines()]
    assert [[*line[:4], line[5]] for line in told] == [
        [event, "events", "org_1", "ev_1", "internal_error KeyError"],
        [task, "provisioning", "org_2", "resync", "chargebee_unavailable 503"],
        [hook, "hooks", "org_1", "org_1#7#000", "see make logs"],
    ]
    assert all(re.fullmatch(r"\d+s", line[4]) for line in told)


def test_a_hooks_letter_says_why_although_its_queue_dates_it_by_its_move(stack: Stack) -> None:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html:
    "For FIFO queues, the enqueue timestamp resets when the message is moved to a dead-letter queue."
    """
    hook = stack.dead("hooks", {"key": "org_1#7#000", "organizationId": "org_1", "transition": "x"})
    stack.failed(hook, ago=180, exception_name="KeyError")
    assert listed(stack.target, ["hooks"]).endswith("  KeyError")


def test_a_letter_of_the_relays_says_why_itself(stack: Stack) -> None:
    row = {"pk": {"S": "OUTBOX#org_1"}, "sk": {"S": "7#000"}}
    own = {"requestContext": {"functionArn": "x", "condition": "Unrelayable"}, "row": row, "reason": "It is too large."}
    stack.dead("relay", own)
    whose, what, age, why = listed(stack.target, [RELAY]).split("  ")[2:]
    assert (whose, what, why) == ("org_1", "7#000", "It is too large.")
    assert re.fullmatch(r"\d+s", age)


@pytest.mark.parametrize("body", ["not json", "7", "[]"])
def test_a_letter_that_says_nothing_is_listed_too(stack: Stack, body: str) -> None:
    message_id = stack.dead("events", body)
    assert listed(stack.target, ALL).split("  ")[:4] == [message_id, "events", "-", "-"]


def test_looking_at_letters_takes_none_away(stack: Stack) -> None:
    stack.dead("events", EVENT)
    first, again = (listed(stack.target, ALL).split("  ")[0] for _ in range(2))
    assert first == again
    assert len(stack.left("events")) == 1


def test_no_letters_are_said_to_be_none(stack: Stack) -> None:
    assert listed(stack.target, ALL) == "There are no dead letters."


@pytest.mark.parametrize("queue", QUEUES)
def test_one_letter_goes_back_alone(stack: Stack, queue: str) -> None:
    stack.dead(queue, {"id": "stays"})
    message_id = stack.dead(queue, {"id": "goes"})
    assert redrive_one(stack.target, message_id, ALL) == f"{queue}: 1 moved"
    late = {"redelivered": True} if queue == "hooks" else {}
    assert [json.loads(each) for each in stack.back(queue)] == [{"id": "goes", **late}]
    assert stack.left(queue) == ['{"id": "stays"}']


def test_one_letter_of_the_relays_is_relayed_again(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []

    def relayed(message: dict[str, Any], target: Target) -> int:
        given.append(message["Body"])
        return 1

    monkeypatch.setattr(dead_letters, "relay_letter", relayed)
    assert redrive_one(stack.target, stack.dead("relay", "letter"), ALL) == "relay: 1 relayed"
    assert given == ["letter"]


@pytest.mark.parametrize("queue", ALL)
def test_a_discarded_letter_is_gone_and_the_log_keeps_what_it_was_and_why(stack: Stack, queue: str) -> None:
    stack.dead(queue, {"id": "stays"})
    message_id = stack.dead(queue, {"id": "ev_1", "organizationId": "org_1"})
    assert discard(stack.target, message_id, "a test of ours", ALL) == f"{queue}: {message_id} of org_1 discarded"
    assert stack.left(queue) == ['{"id": "stays"}']
    line = show(stack.target, [mentioning(message_id)], int(time.time()) - 60)
    assert "WARNING" in line
    for told in ("dead_letter_discarded", f"queue={queue}", "organization_id=org_1", "event_id=ev_1", "a test of ours"):
        assert told in line


def test_an_id_that_is_not_there_is_said_to_be_so_and_nothing_moves(stack: Stack) -> None:
    stack.dead("events", EVENT)
    with pytest.raises(OperationFailed, match="No dead letter is called nobody"):
        redrive_one(stack.target, "nobody", ALL)
    with pytest.raises(OperationFailed, match="No dead letter is called nobody"):
        discard(stack.target, "nobody", "why not", ALL)
    assert (len(stack.left("events")), stack.back("events")) == (1, [])

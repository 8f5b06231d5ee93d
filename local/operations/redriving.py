"""Move dead letters back to the queue that they came from.

Each message is sent before it is deleted, so dying in between repeats it and loses nothing: every consumer is
idempotent. It ends, because a message that fails again spends five visibility timeouts in its queue first.
"""

import json
from typing import Any

from local.launcher.aws import AwsClient
from local.operations.target import Target

QUEUES = ("events", "provisioning", "imports", "hooks", "holds")
BATCH = 10
# Long polling asks every server of the queue; a short poll of a nearly empty one may miss messages.
WAIT_SECONDS = 1
# Long enough to move a batch before its messages show up again.
HIDDEN_SECONDS = 60


def redrive(queue: str, target: Target) -> int:
    """How many messages were moved. What arrives meanwhile is moved too."""
    moved = 0
    while messages := receive(target.client("sqs"), target.output(f"{queue.title()}DeadLettersUrl")):
        for message in messages:
            move(queue, message, target)
            moved += 1
    return moved


def move(queue: str, message: dict[str, Any], target: Target) -> None:
    """Move one message of the queue's dead letters back to it."""
    sqs = target.client("sqs")
    dead_letters, source = (target.output(f"{queue.title()}{kind}Url") for kind in ("DeadLetters", "Queue"))
    sqs.send_message(QueueUrl=source, **_again(message))
    sqs.delete_message(QueueUrl=dead_letters, ReceiptHandle=message["ReceiptHandle"])


def receive(sqs: AwsClient, url: str) -> list[dict[str, Any]]:
    """A batch, hidden from others for a minute."""
    answer = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=BATCH,
        WaitTimeSeconds=WAIT_SECONDS,
        VisibilityTimeout=HIDDEN_SECONDS,
        MessageSystemAttributeNames=["MessageGroupId", "SentTimestamp"],
        MessageAttributeNames=["All"],
    )
    messages: list[dict[str, Any]] = answer.get("Messages", [])
    return messages


def _again(message: dict[str, Any]) -> dict[str, Any]:
    """The message as it is to be sent once more.

    In a FIFO queue its own deduplication id would swallow it within five minutes of its first sending. This one is
    fresh too, and the same when a move that died after sending is repeated. A hook is told that it is late.
    """
    sent = {"MessageBody": message["Body"], "MessageAttributes": message.get("MessageAttributes", {})}
    group = message.get("Attributes", {}).get("MessageGroupId")
    if group is None:
        return sent
    return {
        **sent,
        "MessageBody": _late(message["Body"]),
        "MessageGroupId": group,
        "MessageDeduplicationId": f"redrive-{message['MessageId']}",
    }


def _late(body: str) -> str:
    """An announcement that says so. What is none travels as it is."""
    try:
        told = json.loads(body)
    except ValueError:
        return body
    return json.dumps({**told, "redelivered": True}) if isinstance(told, dict) else body

"""A stack that is emptied, with AWS in memory and vendors that note what they are asked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import boto3

from local.backstage.journal import Journal
from local.backstage.reading import RunningStack, StreamReader
from local.operations.target import Target
from local.shared_clock import SharedClock
from tests.aws_in_memory import REGION

TABLE = "table"


@dataclass
class Vendors:
    """Both simulators: what they were `asked`, what is `pending` of theirs, and what happens `on_reset`."""

    pending: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)
    on_reset: Callable[[], None] = lambda: None

    def ask(self, method: str, url: str, body: object = None) -> Any:
        self.asked.append((method, url))
        if url.endswith("/reset"):
            self.pending = 0
            self.on_reset()
        return {"pending": self.pending}


@dataclass
class Reader:
    """A stream's reader that has read everything, after it did something more."""

    name: str = "The relay"
    meanwhile: Callable[[], object] = lambda: None

    def wait_until_read(self, moment: float) -> bool:
        self.meanwhile()
        return True


class Mappings:
    """Of the functions' service, the one thing that is asked: a function empties the queue of events."""

    def list_event_source_mappings(self) -> Any:
        return {"EventSourceMappings": [{"EventSourceArn": f"arn:aws:sqs:{REGION}:123456789012:events"}]}


class Queues:
    """Which may be purged at any time, as the emulator's; on AWS once in a minute."""

    def __init__(self, sqs: Any) -> None:
        self._sqs = sqs

    def __getattr__(self, operation: str) -> Any:
        return getattr(self._sqs, operation)

    def purge_queue(self, QueueUrl: str) -> None:
        while messages := self._sqs.receive_message(QueueUrl=QueueUrl).get("Messages"):
            for each in messages:
                self._sqs.delete_message(QueueUrl=QueueUrl, ReceiptHandle=each["ReceiptHandle"])


@cache
def client(service: str) -> Any:
    match service:
        case "lambda":
            return Mappings()
        case "sqs":
            return Queues(boto3.client("sqs", region_name=REGION))
    return boto3.client(service, region_name=REGION)


def running(workers: Path, *pumps: StreamReader) -> RunningStack:
    """With an empty table, a queue that is consumed, and one of dead letters."""
    client.cache_clear()
    keys = [("pk", "HASH"), ("sk", "RANGE")]
    client("dynamodb").create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
    )
    for queue in ("events", "dead"):
        client("sqs").create_queue(QueueName=queue)
    target = Target("a stack", {"TableName": TABLE}, client)
    return RunningStack(
        target,
        Journal(lambda _since: []),
        workers,
        "http://chargebee",
        "http://scalekit",
        SharedClock(workers / "clock"),
        pumps,
    )


def put(*names: str) -> None:
    for name in names:
        client("dynamodb").put_item(TableName=TABLE, Item={"pk": {"S": name}, "sk": {"S": "ORG"}})


def rows() -> int:
    return int(client("dynamodb").scan(TableName=TABLE)["Count"])


def send(queue: str) -> None:
    client("sqs").send_message(QueueUrl=client("sqs").get_queue_url(QueueName=queue)["QueueUrl"], MessageBody="{}")


def take(queue: str) -> None:
    client("sqs").purge_queue(QueueUrl=client("sqs").get_queue_url(QueueName=queue)["QueueUrl"])


def depth(queue: str) -> int:
    url, name = client("sqs").get_queue_url(QueueName=queue)["QueueUrl"], "ApproximateNumberOfMessages"
    return int(client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])

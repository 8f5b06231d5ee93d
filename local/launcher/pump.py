"""A DynamoDB stream delivered to a Lambda function, as AWS delivers it.

The emulator's own mapping counts `batchItemFailures` as success, knows no retry limit, does not bisect, and stalls
every queue while a stream's function runs. So its mapping is off and this one reads the stream.
https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from local.launcher.aws import Aws
from local.launcher.event_pattern import matches

IDLE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 2.0

type Record = dict[str, Any]


@dataclass(frozen=True)
class Mapping:
    """One event source mapping; `retries` is -1 for as long as the record lives."""

    function: str
    stream: str
    starting_position: str
    batch_size: int
    patterns: tuple[dict[str, Any], ...]
    retries: int
    bisects: bool
    reports_item_failures: bool
    on_failure_queue: str | None

    @classmethod
    def from_api(cls, mapping: dict[str, Any]) -> "Mapping":
        filters = mapping.get("FilterCriteria", {}).get("Filters", [])
        destination = mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        return cls(
            function=mapping["FunctionArn"],
            stream=mapping["EventSourceArn"],
            starting_position=mapping["StartingPosition"],
            batch_size=mapping["BatchSize"],
            patterns=tuple(json.loads(one["Pattern"]) for one in filters),
            retries=int(mapping.get("MaximumRetryAttempts", -1)),
            bisects=bool(mapping.get("BisectBatchOnFunctionError")),
            reports_item_failures="ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", []),
            on_failure_queue=destination.rsplit(":", 1)[-1] if destination else None,
        )


@dataclass(frozen=True)
class Outcome:
    """What a function answered: it failed as a whole, or on these records (by sequence number)."""

    failed: bool
    failed_items: frozenset[str]


class Ports(Protocol):
    """What delivery needs of the world."""

    def invoke(self, records: list[Record]) -> Outcome: ...
    def give_up(self, records: list[Record]) -> None: ...
    def pause(self, seconds: float) -> bool:
        """Wait; true when the pump must stop."""
        ...


def deliver(mapping: Mapping, ports: Ports, records: list[Record], tries: int = 0) -> None:
    """Deliver a batch until it is done or given up: later records never overtake a failing one."""
    while records:
        outcome = ports.invoke(records)
        if outcome.failed_items:
            # A stream checkpoints at the lowest failed record: what follows it comes again.
            records = records[_first_failed(records, outcome.failed_items) :]
        elif not outcome.failed:
            return
        if mapping.bisects and len(records) > 1:
            # A split does not use up a retry.
            half = (len(records) + 1) // 2
            deliver(mapping, ports, records[:half], tries)
            records = records[half:]
            continue
        if 0 <= mapping.retries <= tries:
            ports.give_up(records)
            return
        tries += 1
        if ports.pause(min(0.1 * 2**tries, LONGEST_PAUSE_SECONDS)):
            return


def _first_failed(records: list[Record], failed: frozenset[str]) -> int:
    positions = [i for i, record in enumerate(records) if record["dynamodb"]["SequenceNumber"] in failed]
    # An identifier that is not in the batch fails all of it.
    return min(positions, default=0)


def stream_mappings(aws: Aws) -> list[Mapping]:
    found = aws.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    return [Mapping.from_api(one) for one in found if ":dynamodb:" in one["EventSourceArn"]]


class Pump(threading.Thread):
    """Reads one mapping's stream until stopped; `reading` is set when it has read it once."""

    def __init__(self, aws: Aws, mapping: Mapping, failed: "Callable[[Pump, BaseException], None]") -> None:
        super().__init__(name=f"The stream pump of {mapping.function.rsplit(':', 1)[-1]}", daemon=True)
        self.mapping = mapping
        self.reading = threading.Event()
        self._stop_asked = threading.Event()
        self._noted = threading.Condition()
        self._read_until = 0.0
        self._failed = failed
        self._streams = aws.client("dynamodbstreams")
        self._lambda = aws.client("lambda")
        self._sqs = aws.client("sqs")
        self._shard = ""

    def run(self) -> None:
        try:
            self._pump()
        except Exception as error:
            if not self._stop_asked.is_set():
                self._failed(self, error)

    def stop(self) -> None:
        self._stop_asked.set()

    def wait_until_read(self, moment: float) -> bool:
        """Whether all that was written before a moment (of the monotonic clock) is delivered, at last or by now."""
        with self._noted:
            return self._noted.wait_for(lambda: self._read_until >= moment, LONGEST_PAUSE_SECONDS)

    def _note_read(self, moment: float) -> None:
        with self._noted:
            self._read_until = moment
            self._noted.notify_all()

    def _pump(self) -> None:
        iterator = self._first_iterator()
        while not self._stop_asked.is_set():
            asked_at = time.monotonic()
            answer = self._streams.get_records(ShardIterator=iterator, Limit=self.mapping.batch_size)
            self.reading.set()
            iterator = answer["NextShardIterator"]
            if batch := self._wanted(answer["Records"]):
                deliver(self.mapping, self, batch)
            elif not answer["Records"]:
                self._note_read(asked_at)
                self._stop_asked.wait(IDLE_SECONDS)

    def _first_iterator(self) -> str:
        # The emulator's streams have one shard.
        shards = self._streams.describe_stream(StreamArn=self.mapping.stream)["StreamDescription"]["Shards"]
        self._shard = str(shards[0]["ShardId"])
        answer = self._streams.get_shard_iterator(
            StreamArn=self.mapping.stream,
            ShardId=self._shard,
            ShardIteratorType=self.mapping.starting_position,
        )
        return str(answer["ShardIterator"])

    def _wanted(self, records: list[Record]) -> list[Record]:
        """The records that pass a filter, in the shape of a Lambda event."""
        events = []
        for record in records:
            created = record["dynamodb"]["ApproximateCreationDateTime"].timestamp()
            change = {**record["dynamodb"], "ApproximateCreationDateTime": created}
            events.append({**record, "dynamodb": change, "eventSourceARN": self.mapping.stream})
        patterns = self.mapping.patterns
        return [event for event in events if not patterns or any(matches(event, one) for one in patterns)]

    def invoke(self, records: list[Record]) -> Outcome:
        answer = self._lambda.invoke(
            FunctionName=self.mapping.function, Payload=json.dumps({"Records": records}).encode()
        )
        body = json.loads(answer["Payload"].read() or b"null")
        failed = "FunctionError" in answer
        reported = body if self.mapping.reports_item_failures and not failed and body else {}
        items = frozenset(item["itemIdentifier"] for item in reported.get("batchItemFailures", []))
        return Outcome(failed, items)

    def give_up(self, records: list[Record]) -> None:
        """The document that AWS sends: where the records are, not what they hold."""
        if self.mapping.on_failure_queue is None:
            return
        first, last = (records[i]["dynamodb"]["SequenceNumber"] for i in (0, -1))
        message = {
            "requestContext": {
                "functionArn": self.mapping.function,
                "condition": "RetryAttemptsExhausted",
            },
            "DDBStreamBatchInfo": {
                "shardId": self._shard,
                "startSequenceNumber": first,
                "endSequenceNumber": last,
                "batchSize": len(records),
                "streamArn": self.mapping.stream,
            },
        }
        url = self._sqs.get_queue_url(QueueName=self.mapping.on_failure_queue)["QueueUrl"]
        self._sqs.send_message(QueueUrl=url, MessageBody=json.dumps(message))

    def pause(self, seconds: float) -> bool:
        return self._stop_asked.wait(seconds)

"""Announcements that the stream's reader gave up on, read again from an in-memory stream."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.config import Config

from billing.subscriptions.table import rows
from local.launcher.aws import AwsClient
from local.operations.failure import OperationFailed
from local.operations.relaying import AT_ONCE, OUTBOX_LIFETIME, relay_again
from local.operations.target import Target

NOON = 1_790_000_000
"""When the records came into the stream, in UTC seconds."""

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:RelayOutbox"


@dataclass
class Functions:
    """Lambda: what RelayOutbox was given, and what it answers."""

    answer: dict[str, Any] = field(default_factory=lambda: {"batchItemFailures": []})
    given: list[str] = field(default_factory=list)
    calls: int = 0

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        assert FunctionName == FUNCTION
        assert json.loads(Payload)["redelivered"]
        self.calls += 1
        self.given += [record["dynamodb"]["NewImage"]["key"]["S"] for record in json.loads(Payload)["Records"]]
        return {"Payload": io.BytesIO(json.dumps(self.answer).encode())}


@dataclass
class Stack:
    target: Target
    functions: Functions
    letters: str
    numbers: list[str]
    lose: Callable[[str, str], None]
    park: Callable[[str], None]

    def waiting(self) -> int:
        answer = self.target.client("sqs").get_queue_attributes(QueueUrl=self.letters, AttributeNames=["All"])
        counted = answer["Attributes"]
        return sum(int(counted[f"ApproximateNumberOfMessages{kind}"]) for kind in ("", "NotVisible"))


def row(pk: str, at: int = NOON) -> dict[str, Any]:
    """As the table has it, written at `at` (UTC seconds)."""
    return {"pk": {"S": pk}, "key": {"S": pk}, "expires_at": {"N": str(at + OUTBOX_LIFETIME)}}


def _iso(moment: int) -> str:
    """As Lambda says it in a letter: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html"""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def relayed(sqs: AwsClient) -> Stack:
    """A stream of five records, the third of which is no announcement."""
    table = boto3.client("dynamodb", region_name="us-east-1")
    stream = table.create_table(
        TableName="billing",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]["LatestStreamArn"]
    for pk in ("OUTBOX#1", "OUTBOX#2", "ORG#1", "OUTBOX#3", "OUTBOX#4"):
        table.put_item(TableName="billing", Item=row(pk))
    by_region = Config(account_id_endpoint_mode="disabled")
    streams = boto3.client("dynamodbstreams", region_name="us-east-1", config=by_region)
    [shard] = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]
    start = streams.get_shard_iterator(StreamArn=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
    records = streams.get_records(ShardIterator=start["ShardIterator"])["Records"]
    letters = sqs.create_queue(QueueName="RelayDeadLetters")["QueueUrl"]
    functions = Functions()
    clients = {"sqs": sqs, "dynamodb": table, "dynamodbstreams": streams, "lambda": functions}

    def lose(first: str, last: str) -> None:
        place = {"shardId": shard["ShardId"], "streamArn": stream}
        came = dict.fromkeys(("approximateArrivalOfFirstRecord", "approximateArrivalOfLastRecord"), _iso(NOON))
        batch = {**place, **came, "startSequenceNumber": first, "endSequenceNumber": last}
        letter = {"requestContext": {"functionArn": FUNCTION}, "DDBStreamBatchInfo": batch}
        sqs.send_message(QueueUrl=letters, MessageBody=json.dumps(letter))

    def park(pk: str) -> None:
        letter = {"requestContext": {"functionArn": FUNCTION}, "row": {"pk": {"S": pk}}, "reason": "It cannot be read."}
        sqs.send_message(QueueUrl=letters, MessageBody=json.dumps(letter))

    outputs = {"RelayDeadLettersUrl": letters, "TableName": "billing"}
    target = Target("a stack in memory", outputs, lambda service: clients[service])
    return Stack(target, functions, letters, [each["dynamodb"]["SequenceNumber"] for each in records], lose, park)


def test_the_announcements_of_a_lost_batch_are_relayed_and_no_others(relayed: Stack) -> None:
    relayed.lose(relayed.numbers[1], relayed.numbers[3])
    assert relay_again(relayed.target) == 2
    assert relayed.functions.given == ["OUTBOX#2", "OUTBOX#3"]
    assert (relay_again(relayed.target), relayed.waiting()) == (0, 0)


def test_every_letter_is_followed(relayed: Stack) -> None:
    for number in (relayed.numbers[0], relayed.numbers[4]):
        relayed.lose(number, number)
    assert relay_again(relayed.target) == 2
    assert sorted(relayed.functions.given) == ["OUTBOX#1", "OUTBOX#4"]


def test_a_row_that_the_relay_put_aside_is_read_from_the_table(relayed: Stack) -> None:
    relayed.park("OUTBOX#3")
    assert relay_again(relayed.target) == 1
    assert (relayed.functions.given, relayed.waiting()) == (["OUTBOX#3"], 0)


def test_a_row_that_the_table_no_longer_has_is_told_of(relayed: Stack) -> None:
    relayed.park("OUTBOX#of last month")
    with pytest.raises(OperationFailed, match="a week"):
        relay_again(relayed.target)
    assert relayed.waiting() == 1


@pytest.mark.parametrize("failing", [{"batchItemFailures": [{"itemIdentifier": "1"}]}])
def test_what_still_cannot_be_relayed_keeps_its_letter(relayed: Stack, failing: dict[str, Any]) -> None:
    relayed.functions.answer = failing
    relayed.lose(relayed.numbers[0], relayed.numbers[0])
    with pytest.raises(OperationFailed, match="RelayOutbox"):
        relay_again(relayed.target)
    assert relayed.waiting() == 1


@pytest.fixture(params=["TrimmedDataAccessException", "ResourceNotFoundException"])
def forgotten(relayed: Stack, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """The stream has forgotten the records, or the whole shard."""
    streams = relayed.target.client("dynamodbstreams")

    def gone(**place: str) -> None:
        raise getattr(streams.exceptions, request.param)({"Error": {"Code": request.param}}, "GetShardIterator")

    monkeypatch.setattr(streams, "get_shard_iterator", gone)
    return relayed


def test_what_the_stream_no_longer_has_is_read_from_the_table_as_it_was_written(forgotten: Stack) -> None:
    table = forgotten.target.client("dynamodb")
    table.put_item(TableName="billing", Item=row("OUTBOX#of the day before", NOON - 86_400))
    table.put_item(TableName="billing", Item=row("OUTBOX#of a slow clock", NOON - 30))
    forgotten.lose(forgotten.numbers[1], forgotten.numbers[3])
    assert relay_again(forgotten.target) == 5
    assert forgotten.functions.given[0] == "OUTBOX#of a slow clock"
    assert sorted(forgotten.functions.given[1:]) == ["OUTBOX#1", "OUTBOX#2", "OUTBOX#3", "OUTBOX#4"]
    assert forgotten.waiting() == 0


def test_no_more_are_relayed_at_once_than_by_the_stream(relayed: Stack, forgotten: Stack) -> None:
    for number in range(2 * AT_ONCE):
        relayed.target.client("dynamodb").put_item(TableName="billing", Item=row(f"OUTBOX#more-{number}"))
    forgotten.lose(forgotten.numbers[0], forgotten.numbers[0])
    assert relay_again(forgotten.target) == 2 * AT_ONCE + 4
    assert forgotten.functions.calls == 3


def test_announcements_that_nothing_has_any_more_are_told_of(forgotten: Stack) -> None:
    table = forgotten.target.client("dynamodb")
    for number in range(1, 5):
        table.delete_item(TableName="billing", Key={"pk": {"S": f"OUTBOX#{number}"}})
    forgotten.lose(forgotten.numbers[0], forgotten.numbers[0])
    with pytest.raises(OperationFailed, match="a week"):
        relay_again(forgotten.target)
    assert forgotten.waiting() == 1


def test_announcements_are_kept_for_as_long_as_the_table_keeps_them() -> None:
    assert OUTBOX_LIFETIME == rows.OUTBOX_LIFETIME

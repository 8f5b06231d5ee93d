"""Relay again what reading the table's stream gave up on.

A dead letter of Lambda's says where its records are, not what they hold; the stream keeps them for a day. A letter of
the relay's own names a row, which the table keeps for a week. Every announcement has its key already, so relaying one
twice is relaying it once.
https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
"""

import json
from collections.abc import Iterator
from typing import Any

from local.launcher.aws import AwsClient
from local.operations.failure import OperationFailed
from local.operations.redriving import receive
from local.operations.target import Target

OUTBOX = "OUTBOX#"

type Record = dict[str, Any]


def relay_again(target: Target) -> int:
    """How many announcements were relayed. Raises OperationFailed for the first that cannot be; its letter stays."""
    sqs, dead_letters = target.client("sqs"), target.output("RelayDeadLettersUrl")
    relayed = 0
    while messages := receive(sqs, dead_letters):
        relayed += sum(relay_letter(message, target) for message in messages)
    return relayed


def relay_letter(message: dict[str, Any], target: Target) -> int:
    """How many announcements one letter told of. Raises OperationFailed when they cannot be relayed; it stays."""
    letter = json.loads(message["Body"])
    records = list(_told_of(letter, target))
    _invoke(letter["requestContext"]["functionArn"], records, target.client("lambda"))
    url = target.output("RelayDeadLettersUrl")
    target.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return len(records)


def _told_of(letter: dict[str, Any], target: Target) -> Iterator[Record]:
    if "row" in letter:
        return iter([_record(letter["row"], target)])
    return _records(letter["DDBStreamBatchInfo"], target.client("dynamodbstreams"))


def _record(row: dict[str, Any], target: Target) -> Record:
    """The row as the stream told of it. Raises OperationFailed for one that is gone."""
    item = target.client("dynamodb").get_item(TableName=target.output("TableName"), Key=row).get("Item")
    if item is None:
        raise OperationFailed(f"The table keeps an announcement for a week, and {row} is older.")
    return {"eventName": "INSERT", "dynamodb": {"Keys": row, "NewImage": item, "SequenceNumber": "0"}}


def _records(batch: dict[str, Any], streams: AwsClient) -> Iterator[Record]:
    """The outbox rows among the records from the batch's first to its last."""
    last = int(batch["endSequenceNumber"])
    try:
        iterator = streams.get_shard_iterator(
            StreamArn=batch["streamArn"],
            ShardId=batch["shardId"],
            ShardIteratorType="AT_SEQUENCE_NUMBER",
            SequenceNumber=batch["startSequenceNumber"],
        )["ShardIterator"]
    except streams.exceptions.TrimmedDataAccessException as gone:
        raise OperationFailed(
            "The stream keeps a day, and these announcements are older. "
            "Their rows, OUTBOX#<organization>, stay in the table for a week."
        ) from gone
    while iterator:
        answer = streams.get_records(ShardIterator=iterator)
        for record in answer["Records"]:
            if int(record["dynamodb"]["SequenceNumber"]) > last:
                return
            if record["eventName"] == "INSERT" and record["dynamodb"]["Keys"]["pk"]["S"].startswith(OUTBOX):
                yield _event(record)
            if int(record["dynamodb"]["SequenceNumber"]) == last:
                return
        iterator = answer.get("NextShardIterator")


def _event(record: Record) -> Record:
    """The record as Lambda would get it."""
    moment = record["dynamodb"]["ApproximateCreationDateTime"].timestamp()
    return {**record, "dynamodb": {**record["dynamodb"], "ApproximateCreationDateTime": moment}}


def _invoke(function: str, records: list[Record], functions: AwsClient) -> None:
    request = {"Records": records, "redelivered": True}
    answer = functions.invoke(FunctionName=function, Payload=json.dumps(request).encode())
    body = json.loads(answer["Payload"].read() or b"null")
    if "FunctionError" in answer or (body or {}).get("batchItemFailures"):
        raise OperationFailed("They cannot be relayed yet: the log of RelayOutbox says why.")

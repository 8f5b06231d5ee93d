"""Relay again what reading the table's stream gave up on.

A dead letter of Lambda's says where its records are, not what they hold; the stream keeps them for a day, and the table
their rows for a week. A letter of the relay's own names a row. Every announcement has its key already, so relaying one
twice is relaying it once.
https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import batched
from typing import Any

from local.launcher.aws import AwsClient
from local.operations.failure import OperationFailed
from local.operations.migrations import Item
from local.operations.redriving import receive
from local.operations.scanning import pages
from local.operations.target import Target

OUTBOX = "OUTBOX#"
OUTBOX_LIFETIME = 7 * 86_400
"""Seconds that the table keeps an announcement."""
APART = 60
"""Seconds by which the clocks of a row's writer and of the stream may be apart."""
AT_ONCE = 10
"""Announcements that the relay is given together, as by the stream."""

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
    for some in batched(records, AT_ONCE, strict=False):
        _invoke(letter["requestContext"]["functionArn"], some, target.client("lambda"))
    url = target.output("RelayDeadLettersUrl")
    target.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return len(records)


def _told_of(letter: dict[str, Any], target: Target) -> Iterator[Record]:
    if "row" in letter:
        return iter([_named(letter["row"], target)])
    batch, streams = letter["DDBStreamBatchInfo"], target.client("dynamodbstreams")
    iterator = _place(batch, streams)
    return _written_then(batch, target) if iterator is None else _records(batch, iterator, streams)


def _named(key: Item, target: Target) -> Record:
    """The row as the stream told of it. Raises OperationFailed for one that is gone."""
    row = target.client("dynamodb").get_item(TableName=target.output("TableName"), Key=key).get("Item")
    if row is None:
        raise OperationFailed(f"The table keeps an announcement for a week, and {key} is older.")
    return _told_anew(row)


def _told_anew(row: Item) -> Record:
    keys = {name: row[name] for name in ("pk", "sk") if name in row}
    return {"eventName": "INSERT", "dynamodb": {"Keys": keys, "NewImage": row, "SequenceNumber": "0"}}


def _written_then(batch: dict[str, str], target: Target) -> Iterator[Record]:
    """The announcements that the table got in the batch's seconds, with others' of those: it is read whole.

    Raises OperationFailed when it has none of them any more.
    """
    first, last = (_seconds(batch[f"approximateArrivalOf{which}Record"]) for which in ("First", "Last"))
    selected = {
        "FilterExpression": "begins_with(pk, :outbox) AND expires_at BETWEEN :first AND :last",
        "ExpressionAttributeValues": {
            ":outbox": {"S": OUTBOX},
            ":first": {"N": str(first - APART + OUTBOX_LIFETIME)},
            ":last": {"N": str(last + APART + OUTBOX_LIFETIME)},
        },
    }
    found = pages(target.client("dynamodb"), target.output("TableName"), **selected)
    rows = sorted((row for page in found for row in page), key=lambda row: int(row["expires_at"]["N"]))
    if not rows:
        raise OperationFailed("The table keeps an announcement for a week, and these are older.")
    return map(_told_anew, rows)


def _seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


def _place(batch: dict[str, str], streams: AwsClient) -> str | None:
    """Where the batch's first record is in the stream; None when the stream has forgotten it."""
    try:
        place = streams.get_shard_iterator(
            StreamArn=batch["streamArn"],
            ShardId=batch["shardId"],
            ShardIteratorType="AT_SEQUENCE_NUMBER",
            SequenceNumber=batch["startSequenceNumber"],
        )
    except (streams.exceptions.TrimmedDataAccessException, streams.exceptions.ResourceNotFoundException):
        return None
    iterator: str = place["ShardIterator"]
    return iterator


def _records(batch: dict[str, str], iterator: str | None, streams: AwsClient) -> Iterator[Record]:
    """The outbox rows among the records from the batch's first to its last."""
    last = int(batch["endSequenceNumber"])
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


def _invoke(function: str, records: Sequence[Record], functions: AwsClient) -> None:
    request = {"Records": records, "redelivered": True}
    answer = functions.invoke(FunctionName=function, Payload=json.dumps(request).encode())
    body = json.loads(answer["Payload"].read() or b"null")
    if "FunctionError" in answer or (body or {}).get("batchItemFailures"):
        raise OperationFailed("They cannot be relayed yet: the log of RelayOutbox says why.")

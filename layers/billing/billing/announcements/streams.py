"""Consume the table's stream: in order, from the first record that was not relayed."""

from collections.abc import Callable, Iterable
from typing import Any

from billing.announcements.relay import RelayFailed
from billing.runtime.queues import QueueHandler
from billing.runtime.trace import invocation
from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.table.outbox import read_announcement
from billing.table.attributes import decode

Relay = Callable[[Iterable[Announcement]], None]


def outbox_stream(relay: Relay) -> QueueHandler:
    """The handler of the stream's outbox rows, for `ReportBatchItemFailures`."""

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        records = {read_key(record): record["dynamodb"]["SequenceNumber"] for record in event["Records"]}
        try:
            with invocation(context):
                relay(read_announcement(decode(record["dynamodb"]["NewImage"])) for record in event["Records"])
        except RelayFailed as failure:
            return {"batchItemFailures": [{"itemIdentifier": records[failure.key]}]}
        return {"batchItemFailures": []}

    return handler


def read_key(record: dict[str, Any]) -> str:
    """The announcement's key, by which a failure is found again."""
    return str(record["dynamodb"]["NewImage"]["key"]["S"])

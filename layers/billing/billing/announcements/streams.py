"""Consume the table's stream: in order, from the first record that could not be relayed now."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from billing.announcements.relay import Unrelayable
from billing.runtime.logs import count, log_failure
from billing.runtime.trace import invocation, learned
from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.table.rows import read_announcement
from billing.table.attributes import decode

if TYPE_CHECKING:
    from billing.runtime.queues import QueueHandler

Record = dict[str, Any]
Relay = Callable[[Announcement], None]
Park = Callable[[Record, Unrelayable, str], None]
"""Keep a record that will never be relayed, with the ARN of the function that gave it up."""


def outbox_stream(relay: Callable[[], Relay], park: Park) -> QueueHandler:
    """The handler of the stream's outbox rows, for `ReportBatchItemFailures`. `relay` is made once for every batch.

    What will never be relayed is parked, and holds nobody up. Any other failure stops the batch, so that nothing
    overtakes. What an operator sends again (`redelivered`) is parked already, and fails instead.
    """

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        relay_one = relay()

        def relay_or_park(record: Record) -> None:
            try:
                announcement = _read(record)
                learned(**_ids(announcement))
                relay_one(announcement)
            except Unrelayable as error:
                if event.get("redelivered"):
                    raise
                park(record, error, context.invoked_function_arn)
                count("announcement_parked", row=_row(record), reason=str(error))

        for record in event["Records"]:
            with invocation(context):
                try:
                    relay_or_park(record)
                except Exception as error:
                    log_failure("relay_failed", error, row=_row(record))
                    return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
        return {"batchItemFailures": []}

    return handler


def _read(record: Record) -> Announcement:
    try:
        return read_announcement(decode(record["dynamodb"]["NewImage"]))
    except Exception as error:
        raise Unrelayable(f"It cannot be read: {error!r}") from error


def _ids(announcement: Announcement) -> dict[str, str | None]:
    return {
        "organization_id": announcement.organization_id,
        "key": announcement.key,
        "transition": str(announcement.transition),
        "request_id": announcement.request_id,
        "event_id": announcement.event_id,
    }


def _row(record: Record) -> str:
    """The key of its row, which every record has."""
    keys = record["dynamodb"]["Keys"]
    return f"{keys['pk']['S']} {keys['sk']['S']}"

"""Consume a queue: each message on its own, so that a poisoned one takes nobody with it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from billing.domain.errors import ChargebeeRateLimited
from billing.entrypoints.observability import logger

QueueHandler = Callable[[dict[str, Any], Any], dict[str, Any]]
Consume = Callable[[Mapping[str, Any]], None]
Postpone = Callable[[str, int], None]
"""Hide a message, by its receipt handle, for some seconds."""


def ordered_consumer(consume: Consume) -> QueueHandler:
    """The handler of one FIFO queue: behind a message that raises, its group waits, and no other group does."""

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        waiting: set[str] = set()
        failed: list[str] = []
        for record in event["Records"]:
            group = record["attributes"]["MessageGroupId"]
            if group not in waiting:
                try:
                    consume(json.loads(record["body"]))
                    continue
                except Exception:
                    logger().exception("message_failed", extra={"message_id": record["messageId"]})
                    waiting.add(group)
            failed.append(record["messageId"])
        return _failures(failed)

    return handler


def consumer(consume: Consume, postpone: Postpone | None = None) -> QueueHandler:
    """The handler of one queue, for `ReportBatchItemFailures`.

    A message that raises is received again, five times in all, and then kept in the dead-letter queue. After a rate
    limit it waits as long as Chargebee asks, and so do the messages behind it in the batch.
    """

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        failed: list[str] = []
        limited: ChargebeeRateLimited | None = None
        for record in event["Records"]:
            try:
                if limited:
                    raise limited
                consume(json.loads(record["body"]))
            except Exception as error:
                logger().exception("message_failed", extra={"message_id": record["messageId"]})
                failed.append(record["messageId"])
                if postpone and isinstance(error, ChargebeeRateLimited):
                    limited = error
                    _hide(postpone, record, error.retry_after)
        return _failures(failed)

    return handler


def _hide(postpone: Postpone, record: Mapping[str, Any], seconds: int) -> None:
    """A message that cannot be hidden comes back sooner, and takes none of those beside it with it."""
    try:
        postpone(record["receiptHandle"], seconds)
    except Exception:
        logger().exception("message_not_postponed", extra={"message_id": record["messageId"]})


def _failures(message_ids: list[str]) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in message_ids]}

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
                    postpone(record["receiptHandle"], error.retry_after)
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    return handler

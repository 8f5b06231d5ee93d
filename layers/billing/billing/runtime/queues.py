"""Consume a queue: each message on its own, so that a poisoned one takes nobody with it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from billing.core.chargebee_errors import ChargebeeRateLimited
from billing.core.errors import PayloadTooLarge
from billing.runtime.logs import count, logger

QueueHandler = Callable[[dict[str, Any], Any], dict[str, Any]]
Consume = Callable[[Mapping[str, Any]], None]
SendLater = Callable[[str, int], None]
"""Queue a body once more, to be seen after some seconds."""


MAX_MESSAGE = 256 * 1024
"""Bytes that the queue takes in one message."""


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


def consumer(consume: Consume) -> QueueHandler:
    """The handler of one queue, for `ReportBatchItemFailures`.

    A message that raises is received again, five times in all, and then kept in the dead-letter queue.
    """

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        failed: list[str] = []
        for record in event["Records"]:
            try:
                consume(json.loads(record["body"]))
            except Exception:
                logger().exception("message_failed", extra={"message_id": record["messageId"]})
                failed.append(record["messageId"])
        return _failures(failed)

    return handler


def patient_consumer(consume: Consume, send_later: SendLater) -> QueueHandler:
    """The same for a queue whose messages need Chargebee. A rate limit is nobody's failure and uses up no receive.

    The message is queued anew for when Chargebee asks for it, and so are those behind it in the batch, untried. Dying
    in between repeats it.
    """

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        limits: list[ChargebeeRateLimited] = []

        def consume_or_wait(body: Mapping[str, Any]) -> None:
            if not limits:
                try:
                    consume(body)
                except ChargebeeRateLimited as limit:
                    limits.append(limit)
                else:
                    return
            count("rate_limited", id=body.get("id"), type=body.get("type"))
            send_later(json.dumps(body), limits[0].retry_after)

        return consumer(consume_or_wait)(event, context)

    return handler


def message(document: Mapping[str, Any]) -> str:
    """An event as the queue carries it. Raises PayloadTooLarge."""
    text = json.dumps(document, separators=(",", ":"))
    if len(text) > MAX_MESSAGE:
        raise PayloadTooLarge(f"What is kept of an event is at most {MAX_MESSAGE} bytes.")
    return text


def _failures(message_ids: list[str]) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in message_ids]}

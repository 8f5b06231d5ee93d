"""Consume a queue: each message on its own, so that a poisoned one takes nobody with it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from billing.core.chargebee_errors import ChargebeeRateLimited
from billing.core.errors import PayloadTooLarge
from billing.core.invocation import deadline
from billing.runtime.logs import carried, count, invocation, learned, log_failure

QueueHandler = Callable[[dict[str, Any], Any], dict[str, Any]]
Consume = Callable[[Mapping[str, Any]], None]
SendLater = Callable[[str, int], None]
"""Queue a body once more, to be seen after some seconds."""


MAX_MESSAGE = 255 * 1024
"""Bytes of one message's body: with what it says beside it, no more than the 256 KB that every queue takes."""


PutOff = Callable[[str, int], None]
"""Let the message of a receipt be received again after some seconds, and not after its queue's own."""

PAUSES = (5, 30, 120, 600, 0)
"""Seconds after the first failure of a message, and after the next. After the last the queue parks it at once."""


def ordered_consumer(consume: Consume, put_off: PutOff) -> QueueHandler:
    """The handler of one FIFO queue: behind a message that raises, its group waits, and no other group does.

    It is tried again soon, then ever later; after five times it is parked, and its group goes on.
    """

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        waiting: set[str] = set()
        failed: list[str] = []
        for record in event["Records"]:
            group = record["attributes"]["MessageGroupId"]
            if group in waiting:
                failed.append(record["messageId"])
            elif not _consumed(record, context, consume):
                waiting.add(group)
                failed.append(record["messageId"])
                _back_off(record, put_off)
        return _failures(failed)

    return handler


def consumer(consume: Consume, send_later: SendLater) -> QueueHandler:
    """The handler of one queue, for `ReportBatchItemFailures`.

    A message that raises is delivered again, five times in all, and then moves to the dead-letter queue. What is held
    up and has not failed is queued again, so that its deliveries are counted anew: at a rate limit of Chargebee's the
    message and those behind it, for the time that Chargebee asks for; and whatever slow messages leave less than half
    of the function's time. The first message always has its turn. A crash in between repeats the message.
    """

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        deadline.begin(context)
        half = deadline.left() / 2
        limits: list[ChargebeeRateLimited] = []

        def consume_or_wait(body: Mapping[str, Any]) -> None:
            if not limits and deadline.left() >= half:
                try:
                    return consume(body)
                except ChargebeeRateLimited as limit:
                    limits.append(limit)
            count("rate_limited" if limits else "not_begun")
            return send_later(message(body), limits[0].retry_after if limits else 0)

        return _failures(
            [each["messageId"] for each in event["Records"] if not _consumed(each, context, consume_or_wait)]
        )

    return handler


def _consumed(record: Mapping[str, Any], context: Any, consume: Consume) -> bool:
    """Whether it was. One that raises is logged with what is known of it."""
    with invocation(context, message_id=record["messageId"], **carried(record)):
        try:
            body = json.loads(record["body"])
            learned(**_subject(body))
            consume(body)
        except Exception as error:
            log_failure("message_failed", error, receives=record["attributes"].get("ApproximateReceiveCount"))
            return False
        return True


def _subject(body: Mapping[str, Any]) -> dict[str, Any]:
    """Whom and what a message is about: a vendor's event in the vendor's words, or a task of ours."""
    return {
        "event_id": body.get("id"),
        "type": body.get("event_type") or body.get("type") or body.get("transition"),
        "organization_id": body.get("organizationId") or body.get("organization_id"),
    }


def message(document: Mapping[str, Any]) -> str:
    """An event as the queue carries it. Raises PayloadTooLarge."""
    text = json.dumps(document, separators=(",", ":"))
    if len(text) > MAX_MESSAGE:
        raise PayloadTooLarge(f"What is kept of an event is at most {MAX_MESSAGE} bytes.")
    return text


def _back_off(record: Mapping[str, Any], put_off: PutOff) -> None:
    """Where that fails too, the queue's own time holds."""
    receives = int(record["attributes"]["ApproximateReceiveCount"])
    try:
        put_off(record["receiptHandle"], PAUSES[min(receives, len(PAUSES)) - 1])
    except Exception as error:
        log_failure("not_put_off", error)


def _failures(message_ids: list[str]) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in message_ids]}

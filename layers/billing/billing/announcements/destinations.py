"""Where published announcements go: EventBridge's bus, the FIFO queue of the hooks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError, ParamValidationError

from billing.announcements.relay import Refusal, Unrelayable
from billing.core.invocation import cause
from billing.runtime.logs import attributes

if TYPE_CHECKING:
    from billing.announcements.published import Publish, PublishedAnnouncement
    from billing.announcements.relay import HookMessage

SOURCE = "billing"
MAX_DEDUPLICATION_ID = 128
MAX_BATCH, MAX_BATCH_BYTES = 10, 256 * 1024
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html"""

Batch = list[tuple[int, "HookMessage"]]

FOR_GOOD = frozenset(
    {
        "ValidationException",
        "InvalidMessageContents",
        "InvalidParameterValue",
        "MalformedDetail",
        "InvalidArgument",
        "AWS.SimpleQueueService.BatchRequestTooLong",
    }
)
"""https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html"""


@contextmanager
def refusals_told() -> Iterator[None]:
    """Raises Unrelayable for what AWS refuses for good, and every other error as it is."""
    try:
        yield
    except ParamValidationError as error:
        raise Unrelayable("AWS takes no such request.") from error
    except ClientError as error:
        if (code := error.response["Error"]["Code"]) in FOR_GOOD:
            raise Unrelayable(f"AWS refuses it: {code}.") from error
        raise


class EventBridgeBus:
    """`Bus` on one EventBridge bus: the transition is the `detail-type`, the published announcement the `detail`."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def publish(self, announcement: PublishedAnnouncement) -> None:
        """Raises Unrelayable for what the bus never takes, RuntimeError when it does not take it now, botocore's errors
        when it cannot be reached.
        """
        entry = {
            "EventBusName": self._name,
            "Source": SOURCE,
            "DetailType": announcement["transition"],
            "Detail": json.dumps(announcement),
        }
        with refusals_told():
            answer = self._client.put_events(Entries=[entry])
        if answer["FailedEntryCount"]:
            code = answer["Entries"][0].get("ErrorCode")
            refused = Unrelayable if code in FOR_GOOD else RuntimeError
            raise refused(f"The bus refused {announcement['key']}: {code}")


class SqsHookQueue:
    """`HookQueue` on one FIFO queue: the organization is the group, the key deduplicates."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def message(self, announcement: PublishedAnnouncement) -> HookMessage:
        """`HookQueue`."""
        return {
            "MessageBody": json.dumps(announcement),
            "MessageGroupId": announcement["organizationId"],
            "MessageDeduplicationId": _short(announcement["key"]),
            "MessageAttributes": attributes(cause()),
        }

    def enqueue(self, messages: Sequence[HookMessage]) -> Refusal | None:
        """`HookQueue`. Up to ten at a time, each of another organization: some of them may be refused, and nothing of
        theirs may overtake them.
        """
        for batch in _batches(messages):
            if refusal := self._taken(batch):
                return refusal
        return None

    def _taken(self, batch: Batch) -> Refusal | None:
        """What is refused as a whole for good is tried one by one, to know whose fault it was."""
        entries = [{"Id": str(place), **message} for place, message in batch]
        try:
            with refusals_told():
                answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
        except Unrelayable as error:
            if len(batch) == 1:
                return Refusal(batch[0][0], error)
            return next((refusal for each in batch if (refusal := self._taken([each]))), None)
        except Exception as error:
            return Refusal(batch[0][0], error)
        failed = sorted(answer.get("Failed", ()), key=lambda entry: int(entry["Id"]))
        if not failed:
            return None
        refused = Unrelayable if failed[0]["Code"] in FOR_GOOD else RuntimeError
        return Refusal(int(failed[0]["Id"]), refused(f"The hooks' queue refused it: {failed[0]['Code']}"))

    def put_off(self, receipt: str, seconds: int) -> None:
        """Raises botocore's errors when the queue did not hear of it."""
        self._client.change_message_visibility(QueueUrl=self._url, ReceiptHandle=receipt, VisibilityTimeout=seconds)


def _batches(messages: Sequence[HookMessage]) -> Iterator[Batch]:
    """In their order, with their places."""
    batch: Batch = []
    for place, message in enumerate(messages):
        groups = {each["MessageGroupId"] for _, each in batch}
        size = sum(_size(each) for _, each in batch) + _size(message)
        if len(batch) == MAX_BATCH or message["MessageGroupId"] in groups or (batch and size > MAX_BATCH_BYTES):
            yield batch
            batch = []
        batch.append((place, message))
    if batch:
        yield batch


def _size(message: HookMessage) -> int:
    """Bytes, with room for what a message says beside its body."""
    return len(message["MessageBody"].encode()) + 1_024


def read_message(body: Mapping[str, Any], publish: Publish) -> PublishedAnnouncement:
    """A message of the queue. One of before, when it was a row of the outbox, is published now."""
    if "version" in body:
        return cast("PublishedAnnouncement", body)
    from billing.subscriptions.table.rows import read_announcement  # noqa: PLC0415 - messages of before only

    return publish(read_announcement(body))


def _short(key: str) -> str:
    """A deduplication id has 128 characters at most; a longer key, of a long feature's name, is known by its digest."""
    return key if len(key) <= MAX_DEDUPLICATION_ID else hashlib.sha256(key.encode()).hexdigest()

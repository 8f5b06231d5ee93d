"""Where published announcements go: EventBridge's bus, the FIFO queue of the hooks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError, ParamValidationError

from billing.announcements.relay import Unrelayable
from billing.core.invocation import cause
from billing.runtime.trace import attributes

if TYPE_CHECKING:
    from billing.announcements.published import Publish, PublishedAnnouncement

SOURCE = "billing"
MAX_DEDUPLICATION_ID = 128

FOR_GOOD = frozenset(
    {"ValidationException", "InvalidMessageContents", "InvalidParameterValue", "MalformedDetail", "InvalidArgument"}
)
"""https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html"""


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

    def enqueue(self, announcement: PublishedAnnouncement) -> None:
        """Raises Unrelayable for what the queue never takes, botocore's errors when it does not take it now."""
        with refusals_told():
            self._client.send_message(
                QueueUrl=self._url,
                MessageBody=json.dumps(announcement),
                MessageGroupId=announcement["organizationId"],
                MessageDeduplicationId=_short(announcement["key"]),
                MessageAttributes=attributes(cause()),
            )

    def put_off(self, receipt: str, seconds: int) -> None:
        """Raises botocore's errors when the queue did not hear of it."""
        self._client.change_message_visibility(QueueUrl=self._url, ReceiptHandle=receipt, VisibilityTimeout=seconds)


def read_message(body: Mapping[str, Any], publish: Publish) -> PublishedAnnouncement:
    """A message of the queue. One of before, when it was a row of the outbox, is published now."""
    if "version" in body:
        return cast("PublishedAnnouncement", body)
    from billing.subscriptions.table.rows import read_announcement  # noqa: PLC0415 - messages of before only

    return publish(read_announcement(body))


def _short(key: str) -> str:
    """A deduplication id has 128 characters at most; a longer key, of a long feature's name, is known by its digest."""
    return key if len(key) <= MAX_DEDUPLICATION_ID else hashlib.sha256(key.encode()).hexdigest()

"""The hooks' queue, whose messages are published announcements."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from billing.announcements.refused import refusals_told
from billing.core.invocation import cause
from billing.runtime.trace import attributes

if TYPE_CHECKING:
    from billing.announcements.published import Publish, PublishedAnnouncement

MAX_DEDUPLICATION_ID = 128


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
    from billing.subscriptions.table.outbox import read_announcement  # noqa: PLC0415 - messages of before only

    return publish(read_announcement(body))


def _short(key: str) -> str:
    """A deduplication id has 128 characters at most; a longer key, of a long feature's name, is known by its digest."""
    return key if len(key) <= MAX_DEDUPLICATION_ID else hashlib.sha256(key.encode()).hexdigest()

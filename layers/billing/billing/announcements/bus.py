"""The event bus of the announcements."""

import json
from typing import Any

from billing.announcements.published import PublishedAnnouncement

SOURCE = "billing"


class EventBridgeBus:
    """`Bus` on one EventBridge bus: the transition is the `detail-type`, the published announcement the `detail`."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def publish(self, announcement: PublishedAnnouncement) -> None:
        """Raises RuntimeError when the bus refuses it, botocore's errors when the bus cannot be reached."""
        entry = {
            "EventBusName": self._name,
            "Source": SOURCE,
            "DetailType": announcement["transition"],
            "Detail": json.dumps(announcement),
        }
        answer = self._client.put_events(Entries=[entry])
        if answer["FailedEntryCount"]:
            raise RuntimeError(f"The bus refused {announcement['key']}: {answer['Entries'][0].get('ErrorCode')}")

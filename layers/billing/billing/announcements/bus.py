"""The event bus of the announcements."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from billing.announcements.refused import FOR_GOOD, refusals_told
from billing.announcements.relay import Unrelayable

if TYPE_CHECKING:
    from billing.announcements.published import PublishedAnnouncement

SOURCE = "billing"


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

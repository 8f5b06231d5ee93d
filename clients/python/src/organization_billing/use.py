"""One use that is to be recorded, under an id that it keeps."""

import json
import time
from dataclasses import dataclass, replace
from typing import Literal

from organization_billing.call import new_key, segment
from organization_billing.types import CostRequest, EventRequest


@dataclass(frozen=True, slots=True)
class Use:
    """What was used, of whose allowance. Its time is part of it, unless the `id` alone tells it from another."""

    organization_id: str
    event: EventRequest
    idempotency: Literal["content", "id"] = "content"

    @property
    def key(self) -> tuple[str, str]:
        """An organization's ids are its own."""
        return self.organization_id, self.event["id"]

    def again(self) -> "Use":
        """The same, told apart by its event's identity alone."""
        return replace(self, event=self.event.copy())

    def repeats(self, other: "Use") -> bool:
        """Whether it is that use, taken again: at any time where its own was this machine's clock."""
        mine = self.event
        if self.idempotency == "id":
            mine = {**mine, "occurredAt": other.event["occurredAt"]}
        return self.organization_id == other.organization_id and mine == other.event


def new_use(
    organization_id: str,
    feature: str,
    quantity: int | str = 1,
    *,
    event_id: str = "",
    occurred_at: int | None = None,
    dimensions: dict[str, str] | None = None,
    costs: list[CostRequest] | None = None,
) -> Use:
    """A use of now, unless `occurred_at` (UTC seconds) says otherwise, with an id if none is given.

    Raises ValueError for an organization that no path could name, and ValueError or TypeError for what is no JSON:
    a batch would never leave with it.
    """
    segment(organization_id)
    event: EventRequest = {
        "id": event_id or new_key(),
        "feature": feature,
        "quantity": quantity,
        "occurredAt": int(time.time()) if occurred_at is None else occurred_at,
    }
    if dimensions:
        event["dimensions"] = dimensions
    if costs:
        event["costs"] = costs
    return Use(organization_id, _as_sent(event), "id" if event_id and occurred_at is None else "content")


def _as_sent(event: EventRequest) -> EventRequest:
    """A copy, which stays as it is whatever the caller does with what it was made of."""
    text = json.dumps(event, allow_nan=False, ensure_ascii=False)
    text.encode()  # what came from an operating system may have half a character in it
    sent: EventRequest = json.loads(text)
    return sent

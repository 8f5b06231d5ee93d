"""One use that is to be recorded, under an id that it keeps."""

import time
from dataclasses import dataclass

from organization_billing.call import new_key, segment
from organization_billing.types import CostRequest, EventRequest


@dataclass(frozen=True, slots=True)
class Use:
    """What was used, of whose allowance."""

    organization_id: str
    event: EventRequest

    @property
    def key(self) -> tuple[str, str]:
        """An organization's ids are its own."""
        return self.organization_id, self.event["id"]


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

    Raises ValueError for an organization that no path could name.
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
    return Use(organization_id, event)

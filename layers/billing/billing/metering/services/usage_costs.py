"""What a recorded use cost the team, known then or later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from billing.core.errors import AlreadyProcessed, Conflict, EventConflict, InvalidRequest, UsageNotFound
from billing.core.until_won import USAGE_ATTEMPTS, until_won

if TYPE_CHECKING:
    from billing.metering.domain.usage import Cost, Usage
    from billing.metering.services.ports import UsageStore

MAX_COSTS = 100
"""They are kept in the record of the use, which DynamoDB limits to 400 KB."""


def find_usage(organization_id: str, event_id: str, store: UsageStore) -> Usage:
    """The record of one use. Raises UsageNotFound."""
    found = store.usages(organization_id, [event_id]).get(event_id)
    if found is None:
        raise UsageNotFound(f"There is no recorded use {event_id!r}.")
    return found


def attach_costs(organization_id: str, event_id: str, costs: Sequence[Cost], store: UsageStore) -> Usage:
    """Attach costs, each id once: what is already there in the same way is left, the rest is added.

    Raises UsageNotFound, EventConflict for a cost id that stands for another cost, or InvalidRequest for too many.
    """

    def attempt() -> Usage:
        usage = find_usage(organization_id, event_id, store)
        known = {cost.id: cost for cost in usage.event.costs}
        if changed := [cost.id for cost in costs if cost.id in known and known[cost.id] != cost]:
            raise EventConflict(f"The cost id {changed[0]!r} was used for another cost.")
        missing = [cost for cost in costs if cost.id not in known]
        if not missing:
            return usage
        if len(known) + len(missing) > MAX_COSTS:
            raise InvalidRequest(f"A use has at most {MAX_COSTS} costs.")
        try:
            store.add_costs(organization_id, usage, missing)
        except AlreadyProcessed as changed_meanwhile:
            raise Conflict("It has other costs by now.") from changed_meanwhile
        return replace(usage, event=replace(usage.event, costs=(*usage.event.costs, *missing)))

    return until_won(attempt, USAGE_ATTEMPTS, "Too many others are attaching costs to this use. Try again.")

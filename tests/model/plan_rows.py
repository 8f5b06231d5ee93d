"""The table's plans in memory."""

from collections.abc import Mapping, Sequence
from typing import Any

type Entry = Mapping[str, Any]


class MemoryPlanRows:
    """`PlanRows` of the entries `found`, by their plans; `subscribed` are how many have an item price."""

    def __init__(self, found: Mapping[str, Entry] | None = None, subscribed: Mapping[str, int] | None = None) -> None:
        self.found = dict(found or {})
        self._subscribed = subscribed or {}

    def rows(self) -> Sequence[Entry]:
        return [{"sk": plan, **entry} for plan, entry in self.found.items()]

    def writes(self) -> int:
        return 0

    def put(self, plan: str, entry: Entry, seen: int) -> None:
        self.found[plan] = entry

    def remove(self, plan: str, seen: int) -> None:
        del self.found[plan]

    def subscribed(self, item_price_id: str) -> int:
        return self._subscribed.get(item_price_id, 0)

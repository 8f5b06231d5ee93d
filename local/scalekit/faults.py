"""Failures on demand, so that what our callers do about them can be tested."""

import random
from dataclasses import dataclass, field
from typing import Any


@dataclass
class ApiFault:
    """The next `count` calls whose path starts with `path` fail with `status`; no count means all of them."""

    path: str
    status: int
    count: int | None = None


@dataclass
class Faults:
    """Probabilities are between 0 and 1."""

    api: list[ApiFault] = field(default_factory=list)
    duplicate: float = 0.0
    drop: float = 0.0
    chance: random.Random = field(default_factory=random.Random)

    def replace(self, wanted: dict[str, Any]) -> None:
        """Take over a whole `PUT /_sim/faults` body; what it does not name is cleared."""
        webhooks = wanted.get("webhooks", {})
        api = [ApiFault(**fault) for fault in wanted.get("api", [])]
        self.duplicate, self.drop = float(webhooks.get("duplicate", 0)), float(webhooks.get("drop", 0))
        self.api = api

    def status_for(self, *paths: str) -> int | None:
        """The status that a call reachable under any of `paths` must fail with, and count it as used."""
        for fault in self.api:
            if fault.count != 0 and any(path.startswith(fault.path) for path in paths):
                fault.count = None if fault.count is None else fault.count - 1
                return fault.status
        return None

    def drops(self) -> bool:
        return self.chance.random() < self.drop

    def duplicates(self) -> bool:
        return self.chance.random() < self.duplicate

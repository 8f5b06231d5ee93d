"""The API as the team's own backend uses it."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.stack.api import Json, Member, answered
from tests.stack.world import now


@dataclass(frozen=True)
class Backend:
    """A machine and the organization that it acts for. Only what ends in `ed` raises on a refusal."""

    machine: Member
    organization_id: str

    def get(self, path: str = "", **query: str) -> httpx.Response:
        return self.machine.get(self.base + path, **query)

    def post(self, path: str, body: Any = None) -> httpx.Response:
        return self.machine.post(self.base + path, body)

    def save(self, **body: Any) -> httpx.Response:
        return self.machine.put(self.base, body)

    def remove(self) -> httpx.Response:
        return self.machine.delete(self.base)

    def use(self, *events: Json) -> httpx.Response:
        return self.post("/usage", {"events": list(events)})

    def used(self, *events: Json) -> list[Json]:
        """What became of each event."""
        results: list[Json] = answered(self.use(*events))["events"]
        return results

    def estimate(self, quantity: int, **fields: Any) -> httpx.Response:
        return self.post("/usage/estimate", {"feature": "api-calls", "quantity": quantity, **fields})

    def hold(self, hold_id: str, quantity: int, **fields: Any) -> httpx.Response:
        return self.post("/holds", {"id": hold_id, "feature": "api-calls", "quantity": quantity, **fields})

    def settle(self, hold_id: str, quantity: int) -> httpx.Response:
        return self.post(f"/holds/{hold_id}/settle", {"quantity": quantity})

    def release(self, hold_id: str) -> httpx.Response:
        return self.post(f"/holds/{hold_id}/release")

    def adjust(self, posting_id: str, amount: int, **fields: Any) -> httpx.Response:
        body = {"id": posting_id, "amount": amount, "currency": "USD", "reason": "a gift", **fields}
        return self.post("/wallet/adjustments", body)

    def charge(self, key: str, **fields: Any) -> httpx.Response:
        body = {"key": key, "amount": 1999, "currency": "USD", "description": "Import of 3 files", **fields}
        return self.post("/charges", body)

    def charged(self, key: str, **fields: Any) -> Json:
        """The charge as far as it is known."""
        return answered(self.charge(key, **fields))

    @property
    def base(self) -> str:
        return f"/api/organizations/{self.organization_id}"


def calls(event_id: str, quantity: int = 1, **fields: Any) -> Json:
    """An event of now."""
    return {"id": event_id, "feature": "api-calls", "quantity": quantity, "occurredAt": now(), **fields}

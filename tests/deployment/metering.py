"""The metering routes as the team's backend and its members call them, for org_1."""

import time
from typing import Any

from tests.deployment.gateway import MACHINE, MEMBER, http_event
from tests.deployment.lambda_runtime import Answer
from tests.deployment.world import World

BACKEND = MACHINE | {"scopes": ["usage:write", "billing:admin"]}
BASE = "/api/organizations/{id}"


def machine_call(
    world: World, function: str, route: str, body: object = None, *, query: str = "", **options: Any
) -> Answer:
    """A call of `POST /usage`, say; `path` fills the route's parameters, `claims` are the backend's unless given."""
    method, suffix = route.split(" ")
    path = {"id": "org_1", **options.get("path", {})}
    claims = options.get("claims", BACKEND)
    event = http_event(f"{method} {BASE}{suffix}", claims=claims, body=body, query=query)
    return world.call(function, event | {"pathParameters": path})


def use(world: World, *events: dict[str, Any], **options: Any) -> Answer:
    return machine_call(world, "metering/record_usage", "POST /usage", {"events": list(events)}, **options)


def used(world: World, *events: dict[str, Any]) -> list[dict[str, Any]]:
    """What became of each event."""
    answer = use(world, *events)
    assert answer.status == 200, answer.text
    results: list[dict[str, Any]] = answer.body["events"]
    return results


def hold(world: World, hold_id: str, quantity: int, **fields: Any) -> Answer:
    body = {"id": hold_id, "feature": "api-calls", "quantity": quantity, **fields}
    return machine_call(world, "metering/hold", "POST /holds", body)


def settle(world: World, hold_id: str, quantity: int) -> Answer:
    body, path = {"quantity": quantity}, {"holdId": hold_id}
    return machine_call(world, "metering/settle_hold", "POST /holds/{holdId}/settle", body, path=path)


def release(world: World, hold_id: str) -> Answer:
    return machine_call(world, "metering/release_hold", "POST /holds/{holdId}/release", {}, path={"holdId": hold_id})


def adjust(world: World, posting_id: str, amount: int, **fields: Any) -> Answer:
    body = {"id": posting_id, "amount": amount, "currency": "USD", "reason": "a gift", **fields}
    return machine_call(world, "metering/adjust_wallet", "POST /wallet/adjustments", body)


def read(world: World, function: str, route: str, query: str = "", **path: str) -> Answer:
    """A read by a member."""
    return world.call(function, http_event(route, claims=MEMBER, query=query) | {"pathParameters": path})


def entitlement(world: World, query: str = "", feature: str = "api-calls") -> Answer:
    return read(world, "metering/entitlement", "GET /api/entitlements/{feature}", query, feature=feature)


def calls(event_id: str, quantity: int = 1, **fields: Any) -> dict[str, Any]:
    """An event of now."""
    return {"id": event_id, "feature": "api-calls", "quantity": quantity, "occurredAt": int(time.time()), **fields}

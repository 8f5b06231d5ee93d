"""Calls of the payments' routes, and the organizations and cards that they need."""

from typing import Any

from tests.deployment.gateway import ADMIN, MACHINE, http_event
from tests.deployment.lambda_runtime import Answer
from tests.deployment.subscriptions import deliver_everything
from tests.deployment.world import World

CASHIER = MACHINE | {"scopes": ["charges:write"]}
OTHER = ADMIN | {"oid": "org_2"}


def call(
    world: World,
    function: str,
    route: str,
    body: object = None,
    claims: dict[str, Any] | None = None,
    *,
    query: str = "",
    **path: str,
) -> Answer:
    """A call of `route` by a billing admin of org_1, its path parameters beside it."""
    event = http_event(route, claims=claims or ADMIN, body=body, query=query)
    return world.call(function, event | {"pathParameters": path})


def add_card(world: World, card: str = "ok", claims: dict[str, Any] | None = None) -> str:
    """The organization has a saved card; returns its id."""
    page = call(world, "payments/add_method", "POST /api/payment-methods", {}, claims)
    assert page.status == 200, page.text
    answer = world.chargebee.http.post(f"/_sim/hosted_pages/{page.body['id']}/pay", json={"card": card}).json()
    deliver_everything(world)
    return str(answer["hosted_page"]["content"]["payment_source"]["id"])


def methods(world: World, claims: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """What `GET /api/payment-methods` lists."""
    answer = call(world, "payments/list_methods", "GET /api/payment-methods", claims=claims)
    assert answer.status == 200, answer.text
    found: list[dict[str, Any]] = answer.body["paymentMethods"]
    return found

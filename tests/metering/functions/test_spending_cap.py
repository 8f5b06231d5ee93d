from typing import Any

from tests.deployment.gateway import ADMIN, MEMBER, http_event
from tests.deployment.lambda_runtime import Answer
from tests.deployment.metering import adjust, calls, hold, read, used
from tests.deployment.subscriptions import subscribed
from tests.deployment.world import World

BEYOND = 10_000
"""The allowance of the shipped growth plan, beyond which a call costs two cents from the wallet."""


def cap(world: World, amount: int | None, claims: dict[str, Any] = ADMIN) -> Answer:
    body = {"amount": amount, "currency": "USD"}
    return world.call("metering/spending_cap", http_event("PUT /api/billing/spending-cap", claims=claims, body=body))


def test_an_admin_caps_what_uses_beyond_the_allowance_cost_in_a_month(world: World) -> None:
    subscribed(world)
    adjust(world, "a1", 1_000)
    assert cap(world, 10).body == {"currency": "USD", "amount": 10, "spentThisMonth": 0, "held": 0}
    assert used(world, calls("e1", BEYOND + 5))[0]["result"] == "recorded"
    [refused] = used(world, calls("e2", 1))
    assert (refused["result"], refused["code"]) == ("refused", "spending_cap")
    held = hold(world, "h1", 1)
    assert (held.status, held.code) == (402, "spending_cap")
    cap(world, None)
    assert used(world, calls("e2", 1))[0]["result"] == "recorded"
    shown = read(world, "metering/wallet", "GET /api/wallet").body["spendingCaps"]
    assert shown == [{"currency": "USD", "amount": None, "spentThisMonth": 12, "held": 0}]


def test_a_member_who_is_no_admin_sets_no_cap(world: World) -> None:
    answer = cap(world, 10, MEMBER)
    assert (answer.status, answer.code) == (403, "forbidden")
    assert world.items("ORG#") == []

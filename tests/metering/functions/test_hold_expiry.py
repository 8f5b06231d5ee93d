"""Reservations end by themselves, whoever forgets them."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.deployment.gateway import MACHINE, failed, http_event, sqs_event
from tests.deployment.lambda_runtime import Answer
from tests.deployment.world import World

BACKEND = MACHINE | {"scopes": ["usage:write"]}
HOUR = 3_600
RELEASE = {"type": "billing.release_hold", "organizationId": "org_1", "subscriptionId": "", "holdId": "h1"}


@dataclass
class Clock:
    now: int = 1_790_000_000

    def time(self) -> float:
        return float(self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("billing.core.clock.time", clock)
    return clock


def reserve(world: World, **body: Any) -> Answer:
    wish = {"id": "h1", "feature": "api-calls", "quantity": 30, "seconds": HOUR, **body}
    event = http_event("POST /api/organizations/org_1/holds", claims=BACKEND, body=wish)
    return world.call("metering/hold", event | {"pathParameters": {"id": "org_1"}})


def settle(world: World, quantity: int) -> Answer:
    event = http_event("POST /api/organizations/org_1/holds/h1/settle", claims=BACKEND, body={"quantity": quantity})
    return world.call("metering/settle_hold", event | {"pathParameters": {"id": "org_1", "holdId": "h1"}})


def ring(world: World) -> None:
    assert failed(world.invoke("metering/expire_hold", sqs_event(RELEASE))) == []


def held(world: World) -> int:
    [meter] = [item for item in world.items("ORG#org_1") if item["sk"].startswith("METER#")]
    return int(meter["held"])


def timers(world: World) -> int:
    """How many timers wait unseen."""
    return world.unseen("HoldsQueue")


def test_a_reservation_starts_a_timer_that_waits_unseen(world: World, clock: Clock) -> None:
    assert reserve(world).status == 200
    assert (held(world), timers(world), world.messages("HoldsQueue")) == (30, 1, [])


def test_a_timer_that_rings_early_waits_on(world: World, clock: Clock) -> None:
    reserve(world)
    clock.now += 900
    ring(world)
    assert (held(world), timers(world)) == (30, 2)


def test_a_reservation_that_nobody_settled_is_given_back_when_it_is_due(world: World, clock: Clock) -> None:
    reserve(world)
    clock.now += HOUR
    ring(world)
    ring(world)
    assert (held(world), timers(world)) == (0, 1)
    assert world.item("HOLD#org_1#h1", "HOLD")["state"] == "released"
    assert settle(world, 10).code == "invalid_state"


def test_a_settled_reservation_stays_settled(world: World, clock: Clock) -> None:
    reserve(world)
    assert settle(world, 10).status == 200
    clock.now += HOUR
    ring(world)
    assert world.item("HOLD#org_1#h1", "HOLD")["state"] == "settled"


def test_a_timer_of_a_reservation_that_was_refused_does_nothing(world: World, clock: Clock) -> None:
    assert reserve(world, quantity=1_000).code == "exhausted"
    ring(world)
    assert world.items() == []


def test_a_timer_that_is_faster_than_its_reservation_waits_for_it(world: World, clock: Clock) -> None:
    early = RELEASE | {"madeBy": clock.now + 60}
    assert failed(world.invoke("metering/expire_hold", sqs_event(early))) == []
    assert timers(world) == 1
    clock.now += 60
    assert failed(world.invoke("metering/expire_hold", sqs_event(early))) == []
    assert timers(world) == 1


def test_without_a_timer_nothing_is_reserved(world: World, clock: Clock) -> None:
    world.lose("HoldsQueue")
    assert reserve(world).status == 500
    assert world.items() == []

"""Applying under contention."""

import json
from collections.abc import Callable
from typing import Any

from billing.core.errors import Conflict
from billing.subscriptions.domain.transaction import Task
from tests.model.world import apply
from tests.property.worlds import ORG, named_by_chargebee_alone

LOST_RACES = 3


def test_lost_races_ask_for_one_reading() -> None:
    world = named_by_chargebee_alone()
    lost: list[str] = []

    def losing(name: str, effect: Callable[[], Any]) -> Any:
        if name == "commit" and len(lost) < LOST_RACES:
            lost.append(name)
            raise Conflict("Somebody else was faster.")
        return effect()

    created = next(each for each in world.site.events if each["event_type"] == "subscription_created")
    apply(created, world.ports(losing))

    assert len(lost) == LOST_RACES
    (command,) = map(json.loads, world.provisioning.waiting)
    assert (command["type"], command["organizationId"]) == (Task.RESYNC, ORG)

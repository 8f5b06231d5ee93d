"""What an operator sees: the way from the click to the hook, who was refused and why, and what is among the dead."""

import json
import time
from typing import Any

from local.launcher.aws import Aws
from local.operations.dead_letters import discard, listed
from local.operations.failure import OperationFailed
from local.operations.log_lines import about_organization, at_least
from local.operations.showing import show, trace
from local.operations.target import Target
from tests.stack.api import Member
from tests.stack.waiting import until
from tests.stack.world import Cloud, fresh, now

type Json = dict[str, Any]

WAY = ["webhook_accepted", "applied", "relayed", "hook_called"]


def target(world: Cloud) -> Target:
    return Target("the stack under test", world.stack.outputs, Aws(world.stack.aws).client)


def messages(way: str) -> list[str]:
    return [line.split()[6] for line in way.splitlines()]


def steps(way: str) -> list[str]:
    """What was done, in the order of `WAY`: the next function may write its line before the last one has."""
    return sorted(messages(way), key=WAY.index)


def way_of(world: Cloud, one_id: str, *expected: str) -> str:
    """The way of an id, once all of these are on it."""

    def look() -> str:
        try:
            return trace(target(world), one_id, int(time.time()) - 600)
        except OperationFailed:
            return ""

    return until(look, lambda way: set(expected) <= set(messages(way)), pause=0.5)


def event(organization_id: str) -> Json:
    customer = {"id": organization_id, "meta_data": {"organizationId": organization_id}, "resource_version": 1}
    told = {"id": fresh("ev"), "event_type": "customer_created", "occurred_at": now()}
    return told | {"content": {"customer": customer}}


def test_an_event_is_followed_from_its_webhook_to_the_hook_and_the_bus_tells_the_same_ids(world: Cloud) -> None:
    organization_id = fresh("org")
    news = event(organization_id)
    with world.listening() as bus:
        world.apply(news)
        [heard] = bus.details(organization_id, ["customer.created"])
    way = way_of(world, news["id"], *WAY)
    assert messages(way)[0] == WAY[0]
    assert steps(way) == WAY
    assert heard["eventId"] == news["id"]
    assert steps(way_of(world, heard["requestId"], *WAY)) == WAY
    assert steps(way_of(world, heard["key"], *WAY[2:])) == WAY[2:]


def test_who_was_refused_is_found_by_the_id_in_the_answer(world: Cloud, admin: Member) -> None:
    request_id = admin.post("/api/subscription/cancel").json()["requestId"]
    [line] = way_of(world, request_id, "refused").splitlines()
    for told in (f"organization_id={admin.organization_id}", "route=POST /api/subscription/cancel", "status=404"):
        assert told in line
    wanted = [about_organization(admin.organization_id), at_least("WARNING")]
    since = int(time.time()) - 600
    until(lambda: show(target(world), wanted, since), lambda shown: request_id in shown)


def test_a_dead_letter_tells_whose_it_is_and_why_until_it_is_discarded(world: Cloud, admin: Member) -> None:
    poison = event(admin.organization_id)
    del poison["event_type"]
    with world.queues.impatient("EventsQueue"):
        world.queues.send("EventsQueue", json.dumps(poison))
        [line] = until(
            lambda: [each for each in listed(target(world), ["events"]).splitlines() if poison["id"] in each]
        )
    message_id, queue, organization_id, event_id, _, reason = line.split("  ")
    assert (queue, organization_id, event_id) == ("events", admin.organization_id, poison["id"])
    assert reason.startswith("invalid_request")
    discard(target(world), message_id, "a test of ours", ["events"])
    assert poison["id"] not in listed(target(world), ["events"])

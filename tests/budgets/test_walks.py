"""How many files of ours three walks enter, once their functions are warm: what a reader opens who follows them.

An entry is a call from one file into another, however often it is made. `docs/explanation/architecture.md` tells each
walk by its main files, in their order.
"""

import base64
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import pytest

from tests.announcements.functions.test_announcements import stream_event
from tests.deployment.gateway import ADMIN, failed, http_event, sqs_event
from tests.deployment.lambda_runtime import Handler, load
from tests.deployment.metering import calls, used
from tests.deployment.subscriptions import apply, create, deliver_everything, subscribed
from tests.deployment.template import ROOT
from tests.deployment.world import World
from tests.metering.functions.test_report_usage import DAY, LINES, run
from tests.subscriptions.examples import (
    ORG,
    customer_json,
    event_json,
    item_json,
    organization_event_json,
    subscription_json,
)

AT_MOST = {"A webhook": (46, 100), "A checkout": (40, 70), "A use": (52, 122)}
"""Files and entries. One more has to be worth it: merge what belongs together, call a thing and not its messenger."""

ARCHITECTURE = ROOT / "docs" / "explanation" / "architecture.md"


@dataclass
class Walk:
    """The files in the order in which they were entered first, and from where into which."""

    files: dict[str, None] = field(default_factory=dict)
    entries: set[tuple[str, str]] = field(default_factory=set)

    def follow(self, frame: FrameType, event: str, _: Any) -> None:
        """A profile function. What a module does while it is imported is no part of a walk."""
        if event != "call" or not (entered := file_of(frame)):
            return
        below = [each for each in callers(frame) if file_of(each)]
        if any(each.f_code.co_name == "<module>" for each in (frame, *below)):
            return
        self.files[entered] = None
        left = file_of(below[0]) if below else ""
        if left != entered:
            self.entries.add((left, entered))

    def traced(self, handler: Handler) -> Handler:
        """The handler, which this walk follows from its first line to its last."""

        def run(event: dict[str, Any], context: Any) -> dict[str, Any]:
            threading.setprofile(self.follow)
            sys.setprofile(self.follow)
            try:
                return handler(event, context)
            finally:
                sys.setprofile(None)
                threading.setprofile(None)

        return run


def file_of(frame: FrameType) -> str:
    """Its file, from the rooms on; empty for what is not ours."""
    path = frame.f_code.co_filename.removeprefix(f"{ROOT}/")
    room = path.removeprefix("layers/billing/billing/")
    return room if room != path or path.startswith("functions/") else ""


def callers(frame: FrameType) -> Iterator[FrameType]:
    while (caller := frame.f_back) is not None:
        yield (frame := caller)


def webhook(world: World) -> Callable[[], object]:
    """A `subscription_changed`, from the gateway to the hook."""
    headers = {"authorization": "Basic " + base64.b64encode(b"chargebee:current password").decode()}

    def changed(version: int) -> dict[str, Any]:
        items = [item_json(quantity=version)]
        subscription = subscription_json(resource_version=version, subscription_items=items)
        content = {"subscription": subscription, "customer": customer_json()}
        return event_json("subscription_changed", f"ev_{version}") | {"content": content}

    def told() -> None:
        event = http_event("POST /api/webhooks/chargebee", body=changed(2), headers=headers)
        world.invoke("chargebee/webhook", event)
        apply(world, *world.messages("EventsQueue"))
        world.invoke("announcements/relay", stream_event(world))
        [*_, message] = world.messages("HooksQueue")
        assert failed(world.invoke("announcements/run_hook", sqs_event(message, group=ORG))) == []

    world.invoke("chargebee/webhook", http_event("POST /api/webhooks/chargebee", body=b"", headers=headers))
    apply(world, changed(1))
    world.invoke("announcements/relay", stream_event(world))
    return told


def checkout(world: World) -> Callable[[], object]:
    """`POST /api/subscription/create`, to its answer."""
    world.invoke("organizations/provision", sqs_event(organization_event_json()))
    create(world, claims=ADMIN | {"oid": "org_2"})
    return lambda: create(world)


def use(world: World) -> Callable[[], object]:
    """A use that its allowance does not cover, from `POST .../usage` to Chargebee. The hourly report is always cold."""
    metered = {"limit": 5, "overage": "allow", "item_price_id": "api-calls"}
    world.put(pk="PLAN", sk="growth", item_price_id="growth", name="Growth", features={"api-calls": metered})
    world.chargebee.ask("POST", f"/subscriptions/{subscribed(world)}/update_for_items", **LINES)
    deliver_everything(world)
    used(world, calls("e0"))

    def reported() -> None:
        assert used(world, calls("e1", 9))[0]["result"] == "recorded"
        world.freeze(int(time.time()) + 2 * DAY)
        assert run(world)["days"] == 1

    return reported


WALKS: dict[str, Callable[[World], Callable[[], object]]] = {
    "A webhook": webhook,
    "A checkout": checkout,
    "A use": use,
}


@pytest.mark.parametrize("name", WALKS)
def test_a_walk_goes_as_it_is_told_and_enters_no_more_files_than_its_budget(
    name: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, walk = WALKS[name](world), Walk()
    monkeypatch.setattr("tests.deployment.world.load", lambda function: walk.traced(load(function)))
    go()
    files, entries = AT_MOST[name]
    assert len(walk.files) <= files, list(walk.files)
    assert len(walk.entries) <= entries, sorted(walk.entries)
    told = ARCHITECTURE.read_text().partition(f"### {name}\n")[2].partition("\n#")[0]
    named = list(dict.fromkeys(re.findall(r"`([\w/]+\.py)`", told)))
    assert named
    assert [each for each in walk.files if each in named] == named

"""A sample event, by its name: `events/<room>/<verb>.<case>.json` is `<room>/<verb>.<case>`."""

import json
import time
from typing import Any

from events.sign import signed
from tests.deployment.template import ROOT
from tests.deployment.world import WEBHOOK_SECRET, World

EVENTS = ROOT / "events"


def all_samples() -> list[str]:
    return sorted(str(path.relative_to(EVENTS).with_suffix("")) for path in EVENTS.rglob("*.json"))


def function_of(name: str) -> str:
    """The function that a sample is named after."""
    return name.partition(".")[0]


def event_of(name: str) -> dict[str, Any]:
    """What the file holds; Scalekit's webhooks are signed anew, for their signatures are good for five minutes."""
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    signable = name.startswith("scalekit/webhook.organization")
    return signed(event, WEBHOOK_SECRET, int(time.time())) if signable else event


def invoke(world: World, name: str) -> dict[str, Any]:
    return world.invoke(function_of(name), event_of(name))

"""The event with which the example of a consumer is tried: an announcement as EventBridge hands it over."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.deployment.template import ROOT
from tests.reference.events import GOLDEN

NAME = "subscription.activated"


def page() -> str:
    """https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html"""
    event = {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": NAME,
        "source": "billing",
        "account": "123456789012",
        "time": "2026-09-21T14:13:20Z",
        "region": "us-east-1",
        "resources": [],
        "detail": json.loads((GOLDEN / f"{NAME}.json").read_text()),
    }
    return json.dumps(event, indent=2) + "\n"


PAGES: Mapping[Path, Callable[[], str]] = {
    ROOT / "examples" / "bus-consumer" / "events" / "subscription_activated.json": page,
}

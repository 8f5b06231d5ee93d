"""How the flows that read an organization grow with what it has behind it."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import boto3

from billing.chargebee.read_event import read_subscription
from billing.subscriptions.table.rows import subscription_item
from tests.bench.flows import FLOWS, Flow, organization
from tests.bench.metering import AwsMeter
from tests.deployment.lambda_runtime import Context, load
from tests.subscriptions.examples import DAY, subscription_json

PAST = (1, 10, 100, 1_000)
"""Subscriptions that are over, beside the one that is not."""
GROWING = ("gate", "list subscriptions", "apply news", "use")
CALLS = 5
FIRST = 10_000
"""Numbers of calls that no flow has used before."""


@dataclass(frozen=True)
class Growth:
    """A flow at one size: its handler's own time over that at the smallest size, and the table's read units."""

    name: str
    past: int
    ratio: float
    read: float


def growth(meter: AwsMeter) -> list[Growth]:
    """Every growing flow at every size, once the flows have run. The organization is the flows' first."""
    flows = [flow for flow in FLOWS if flow.name in GROWING]
    found: list[Growth] = []
    smallest: dict[str, float] = {}
    for place, past in enumerate(PAST):
        _give_past(past)
        for flow in flows:
            seconds, read = _measured(flow, meter, range(FIRST + place * CALLS, FIRST + (place + 1) * CALLS))
            found.append(Growth(flow.name, past, seconds / smallest.setdefault(flow.name, seconds), read))
    return found


def _measured(flow: Flow, meter: AwsMeter, numbers: Sequence[int]) -> tuple[float, float]:
    handler, own, read = load(flow.function), [], 0.0
    for number in numbers:
        event = flow.request(number)
        meter.reset()
        began = time.thread_time()
        answer = handler(event, Context(flow.function))
        own.append(time.thread_time() - began - meter.seconds)
        assert answer.get("statusCode", 200) == 200, answer
        read += meter.units.read
    return median(own), read / len(numbers)


def _give_past(number: int) -> None:
    """Write the rows: to live through a thousand subscriptions takes longer than to measure them."""
    table: Any = boto3.client("dynamodb")
    owner, long_ago = organization(0), int(time.time()) - 400 * DAY
    for each in range(number):
        document = subscription_json(id=f"past_{each}", customer_id=owner, status="cancelled", cancelled_at=long_ago)
        item = subscription_item(owner, read_subscription(document, long_ago))
        table.put_item(TableName=os.environ["TABLE_NAME"], Item=item)

"""How the flows grow with what an organization has behind it, and with how many organizations there are."""

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import median
from typing import Any

import boto3

from billing.chargebee.read_event import read_subscription
from billing.subscriptions.table.rows import subscription_item
from billing.table.codec import Attributes
from tests.bench.crowd import Crowd, row_of
from tests.bench.flows import FLOWS, Flow, organization
from tests.bench.metering import AwsMeter
from tests.deployment.lambda_runtime import Context, load
from tests.subscriptions.examples import DAY, subscription_json

PAST = (1, 10, 100, 1_000)
"""Subscriptions that are over, beside the one that is not."""
ORGANIZATIONS = (10, 100, 1_000, 10_000, 100_000, 1_000_000)
WRITTEN = 100
"""A crowd of so many is written once, to see that the one that is not answers as it does."""
OF_ONE = ("gate", "list subscriptions", "apply news", "use")
OF_ALL = "list organizations"
CALLS = 5
FIRST = 10_000
"""Numbers of calls that no flow has used before."""


@dataclass(frozen=True)
class Growth:
    """A flow at one size: its handler's own seconds, the table's read units, its calls of AWS."""

    name: str
    size: int
    seconds: float
    read: float
    calls: int


@dataclass(frozen=True)
class Grown:
    """With past subscriptions, and with organizations; the machine's load when it began to measure them."""

    load: float
    past: Sequence[Growth]
    organizations: Sequence[Growth]


class NotAsWritten(Exception):
    """A crowd that is made up answers otherwise than one that is written, or somebody reads it who should not."""


def growth(meter: AwsMeter, crowd: Crowd) -> Grown:
    """Every growing flow at every size, once the flows have run. The organization is the flows' first."""
    numbers, load = iter(range(FIRST, 2 * FIRST)), os.getloadavg()[0]
    past, organizations = list[Growth](), list[Growth]()
    _check(meter, crowd)
    for size in ORGANIZATIONS:
        crowd.size = size
        organizations += [_measured(flow, size, meter, crowd, numbers) for flow in _flows(*OF_ONE, OF_ALL)]
    crowd.size = 0
    for size in PAST:
        _give_past(size)
        past += [_measured(flow, size, meter, crowd, numbers) for flow in _flows(*OF_ONE)]
    return Grown(load, past, organizations)


def _flows(*names: str) -> list[Flow]:
    return [flow for flow in FLOWS if flow.name in names]


def _measured(flow: Flow, size: int, meter: AwsMeter, crowd: Crowd, numbers: Iterator[int]) -> Growth:
    """Raises NotAsWritten when what reads one organization asks for another."""
    handler, own, read, asked = load(flow.function), [], 0.0, crowd.asked
    for number in islice(numbers, CALLS):
        event = flow.request(number)
        meter.reset()
        began = time.thread_time()
        answer = handler(event, Context(flow.function))
        own.append(time.thread_time() - began - meter.seconds)
        assert answer.get("statusCode", 200) == 200, answer
        read += meter.units.read
    if flow.name != OF_ALL and crowd.asked != asked:
        raise NotAsWritten(f"{flow.name} asks for other organizations.")
    return Growth(flow.name, size, median(own), read / CALLS, len(meter.calls))


def _check(meter: AwsMeter, crowd: Crowd) -> None:
    """The first page of a written crowd is that of one that is made up: its text, its units, its calls."""
    [flow] = _flows(OF_ALL)
    keys = [_put(row_of(number)) for number in range(WRITTEN)]
    written = _page(flow, meter)
    for key in keys:
        boto3.client("dynamodb").delete_item(TableName=os.environ["TABLE_NAME"], Key=key)
    crowd.size = WRITTEN
    if _page(flow, meter) != written:
        raise NotAsWritten(f"The list of {WRITTEN} organizations is {written[1:]} when they are written.")


def _page(flow: Flow, meter: AwsMeter) -> tuple[str, float, int]:
    meter.reset()
    answer = load(flow.function)(flow.request(0), Context(flow.function))
    return answer["body"], meter.units.read, len(meter.calls)


def _give_past(number: int) -> None:
    """Write the rows: to live through a thousand subscriptions takes longer than to measure them."""
    owner, long_ago = organization(0), int(time.time()) - 400 * DAY
    for each in range(number):
        document = subscription_json(id=f"past_{each}", customer_id=owner, status="cancelled", cancelled_at=long_ago)
        _put(subscription_item(owner, read_subscription(document, long_ago)))


def _put(row: Attributes) -> Attributes:
    """The key of the row that is now in the table."""
    table: Any = boto3.client("dynamodb")
    table.put_item(TableName=os.environ["TABLE_NAME"], Item=row)
    return {name: row[name] for name in ("pk", "sk")}

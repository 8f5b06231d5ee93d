"""What a warm handler costs without the calls that it makes, and how many these are."""

import hashlib
import hmac
import io
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from math import inf
from statistics import median

import pytest

from tests.aws_in_memory import aws_in_memory
from tests.bench.crowd import in_the_table
from tests.bench.dollars import Spent, dollars
from tests.bench.flows import FLOWS, Event, Flow
from tests.bench.growth import Grown, growth
from tests.bench.metering import AwsMeter, aws_meter
from tests.bench.units import Units
from tests.chargebee.simulator import ChargebeeSimulator, running_simulator
from tests.deployment.lambda_runtime import Context, Handler, load
from tests.deployment.template import environment, functions, template
from tests.deployment.world import APP, Account, Deployment

CALLS = 20
"""Of a flow that is timed. Those that wait for Chargebee are only counted."""
COUNTED = 5
PARAMETERS = {
    "AppUrl": APP,
    "ApiUrl": "https://api.example.com",
    "ScalekitEnvironmentUrl": "https://example.scalekit.com",
    "ScalekitClientId": "skc_1",
    "ChargebeeSite": "site",
    "ScalekitBackendClientIds": "m2morg_backend",
}


@dataclass(frozen=True)
class Measured:
    """A flow's warm calls. `ratio` is the handler's own time over that of `plain_work`, None where it is not timed.

    `parts` are dollars for a million, at list prices, by what AWS charges for. `seconds` are processor seconds of this
    machine, `memory` is in megabytes.
    """

    name: str
    ratio: float | None
    aws_calls: int
    chargebee_calls: int
    units: Units
    parts: Mapping[str, float]
    seconds: float
    memory: int

    @property
    def dollars(self) -> float:
        return sum(self.parts.values())


class Uneven(Exception):
    """A flow that should do the same each time did not."""


def measure() -> tuple[list[Measured], Grown]:
    """Every flow in its order, and then how some of them grow. What the handlers log is dropped."""
    log = Written()
    with redirect_stdout(log), _deployed() as chargebee, in_the_table() as crowd, aws_meter() as meter:
        return [_measure(flow, chargebee, meter, log) for flow in FLOWS], growth(meter, crowd)


class Written(io.StringIO):
    """Counts the characters of the log, and keeps none."""

    characters = 0

    def write(self, text: str, /) -> int:
        self.characters += len(text)
        return len(text)


@contextmanager
def _deployed() -> Iterator[ChargebeeSimulator]:
    """The template on moto, in this process, with the Chargebee simulator behind it."""
    with running_simulator() as chargebee, pytest.MonkeyPatch.context() as variables, aws_in_memory():
        values = Deployment(Account()).values | PARAMETERS | {"ChargebeeApiUrl": chargebee.url}
        for function in functions():
            for name, value in environment(function, values).items():
                variables.setenv(name, value)
        variables.setattr(
            "billing.plans.catalog_in_force.LIFETIME", inf
        )  # what is read once a minute is no part of a flow
        variables.setattr("billing.hooks.on_subscription_updated", lambda event: None, raising=False)
        yield chargebee


def _measure(flow: Flow, chargebee: ChargebeeSimulator, meter: AwsMeter, log: Written) -> Measured:
    handler = load(flow.function)
    _call(handler, flow, flow.request(0))  # the first call reads secrets and makes clients
    chargebee.forget_calls()
    ratios, counts, own, table = [], [], [], Units()
    log.characters = 0
    calls = COUNTED if flow.waits_for_chargebee or flow.works > 1 else CALLS
    for number in range(1, calls + 1):
        event = flow.request(number)
        plain = plain_work(event)
        meter.reset()
        own.append(_call(handler, flow, event) - meter.seconds)
        ratios.append(own[-1] / plain)
        counts.append(len(meter.calls))
        table += meter.units
    asked = len(chargebee.calls())
    if len(set(counts)) != 1 or asked % calls or bool(asked) != bool(flow.waits_for_chargebee):
        raise Uneven(f"{flow.name}: AWS calls {sorted(set(counts))}, {asked} Chargebee calls in {calls}")
    units = Units(table.read / calls, table.written / calls)
    seconds = min(own) if asked else median(own)
    memory = functions()[flow.function].get("MemorySize") or template()["Globals"]["Function"]["MemorySize"]
    spent = Spent(seconds, meter.calls, flow.waits_for_chargebee, units, log.characters // calls, flow.works, memory)
    ratio = None if asked else median(ratios)
    parts = dollars(flow.name, spent)
    return Measured(flow.name, ratio, counts[0], asked // calls, units, parts, seconds, memory)


def plain_work(event: Event) -> float:
    """Seconds to read an event as JSON and to sign it once: the least that could be called handling it."""
    raw = json.dumps(event).encode()
    began = time.thread_time()
    json.loads(raw)
    hmac.digest(b"key", raw, hashlib.sha256)
    return time.thread_time() - began


def _call(handler: Handler, flow: Flow, event: Event) -> float:
    """Seconds of one call. Raises AssertionError when the handler refuses: a refusal is no measure."""
    began = time.thread_time()
    answer = handler(event, Context(flow.function))
    seconds = time.thread_time() - began
    assert answer.get("statusCode", 200) == 200, answer
    assert not answer.get("batchItemFailures"), answer
    return seconds

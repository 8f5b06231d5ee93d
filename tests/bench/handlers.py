"""What a warm handler costs without the calls that it makes, and how many these are."""

import hashlib
import hmac
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pytest

from tests.aws_in_memory import aws_in_memory
from tests.bench.flows import FLOWS, Event, Flow
from tests.bench.metering import AwsMeter, aws_meter
from tests.chargebee.simulator import ChargebeeSimulator, running_simulator
from tests.deployment.lambda_runtime import Context, Handler, load
from tests.deployment.template import environment, functions
from tests.deployment.world import APP, Account, Deployment

CALLS = 50
"""Of a flow that is timed. Those that wait for Chargebee are only counted."""
COUNTED = 5
PARAMETERS = {
    "AppUrl": APP,
    "ApiUrl": "https://api.example.com",
    "ScalekitEnvironmentUrl": "https://example.scalekit.com",
    "ScalekitClientId": "skc_1",
    "ChargebeeSite": "site",
}


@dataclass(frozen=True)
class Measured:
    """A flow's warm calls. `ratio` is the handler's own time over that of `plain_work`, None where it is not timed."""

    name: str
    ratio: float | None
    aws_calls: int
    chargebee_calls: int


class Uneven(Exception):
    """A flow that should do the same each time did not."""


def measure() -> list[Measured]:
    """Every flow in its order. What the handlers log is dropped."""
    with (
        Path(os.devnull).open("w") as nowhere,
        redirect_stdout(nowhere),
        _deployed() as chargebee,
        aws_meter() as meter,
    ):
        return [_measure(flow, chargebee, meter) for flow in FLOWS]


@contextmanager
def _deployed() -> Iterator[ChargebeeSimulator]:
    """The template on moto, in this process, with the Chargebee simulator behind it."""
    with running_simulator() as chargebee, pytest.MonkeyPatch.context() as variables, aws_in_memory():
        values = Deployment(Account()).values | PARAMETERS | {"ChargebeeApiUrl": chargebee.url}
        for function in functions():
            for name, value in environment(function, values).items():
                variables.setenv(name, value)
        yield chargebee


def _measure(flow: Flow, chargebee: ChargebeeSimulator, meter: AwsMeter) -> Measured:
    handler = load(flow.function)
    _call(handler, flow, flow.request(0))  # the first call reads secrets and makes clients
    chargebee.forget_calls()
    ratios, counts = [], []
    calls = COUNTED if flow.asks_chargebee else CALLS
    for number in range(1, calls + 1):
        event = flow.request(number)
        plain = plain_work(event)
        meter.reset()
        ratios.append((_call(handler, flow, event) - meter.seconds) / plain)
        counts.append(len(meter.calls))
    asked = len(chargebee.calls())
    if len(set(counts)) != 1 or asked % calls or bool(asked) != flow.asks_chargebee:
        raise Uneven(f"{flow.name}: AWS calls {sorted(set(counts))}, {asked} Chargebee calls in {calls}")
    return Measured(flow.name, None if asked else median(ratios), counts[0], asked // calls)


def plain_work(event: Event) -> float:
    """Seconds to read an event as JSON and to sign it once: the least that could be called handling it."""
    raw = json.dumps(event).encode()
    began = time.perf_counter()
    json.loads(raw)
    hmac.digest(b"key", raw, hashlib.sha256)
    return time.perf_counter() - began


def _call(handler: Handler, flow: Flow, event: Event) -> float:
    """Seconds of one call. Raises AssertionError when the handler refuses: a refusal is no measure."""
    began = time.perf_counter()
    answer = handler(event, Context(flow.function))
    seconds = time.perf_counter() - began
    assert answer.get("statusCode", 200) == 200, answer
    assert not answer.get("batchItemFailures"), answer
    return seconds

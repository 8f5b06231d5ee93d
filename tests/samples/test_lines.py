"""What every function logs, whatever it is called with."""

import json
from contextlib import suppress

import pytest

from billing.core.errors import BillingError
from tests.deployment.template import functions
from tests.deployment.world import World
from tests.samples.sample import all_samples, function_of, invoke

FIRST = {function_of(name): name for name in all_samples()}


@pytest.mark.parametrize("function", functions())
def test_every_line_that_a_function_logs_names_its_invocation_and_what_began_it(
    world: World, function: str, capfd: pytest.CaptureFixture[str]
) -> None:
    capfd.readouterr()
    with suppress(ValueError, BillingError):  # what a sample is refused for escapes where nobody waits for an answer
        invoke(world, FIRST[function]) if function in FIRST else world.invoke(function, {})
    told = [json.loads(line) for line in capfd.readouterr().out.splitlines() if line.startswith("{")]
    for line in (each for each in told if "_aws" not in each):
        assert {"function_request_id", "request_id"} <= line.keys(), line


def test_every_function_has_a_sample_but_those_that_are_given_nothing() -> None:
    assert set(functions()) - FIRST.keys() == {"metering/report_usage", "payments/resume_top_ups"}

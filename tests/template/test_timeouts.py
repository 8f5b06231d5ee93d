"""Whatever is waited for is given up before the function's time is over."""

import pytest

from billing.app.clients import ATTEMPTS, CONNECT, PAUSE, READ
from billing.chargebee.connection import READ_SECONDS
from billing.core.invocation import ENDING
from tests.deployment.template import functions, mappings

GATEWAY = 30
"""Seconds: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""


WAITED = ATTEMPTS * (CONNECT + READ) + (ATTEMPTS - 1) * PAUSE
"""Seconds after which a service of AWS is given up."""


@pytest.mark.parametrize("function", functions())
def test_a_service_of_aws_that_does_not_answer_is_given_up_in_time_to_say_so(function: str) -> None:
    assert functions()[function]["Timeout"] >= WAITED + ENDING


@pytest.mark.parametrize(
    "function", [name for name, each in functions().items() if {"Ref": "ChargebeeLayer"} in each["Layers"]]
)
def test_chargebee_is_waited_for_once_at_least_and_in_time_for_the_gateway(function: str) -> None:
    seconds = functions()[function]["Timeout"]
    assert seconds > READ_SECONDS + ENDING
    if any(event["Type"] == "HttpApi" for event in functions()[function].get("Events", {}).values()):
        assert seconds < GATEWAY


def test_half_of_a_queues_functions_time_is_enough_to_wait_for_aws_once_more() -> None:
    """Behind slow messages none is begun later: `runtime/queues.py`."""
    batches = {name: mapping["BatchSize"] for name, mapping in mappings() if "ScalingConfig" in mapping}
    shared = [name for name, size in batches.items() if size > 1]
    assert len(shared) == 4
    for name in shared:
        assert (functions()[name]["Timeout"] - ENDING) / 2 >= WAITED, name

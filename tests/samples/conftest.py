import pytest

from tests.deployment.fixtures import (
    account,
    chargebee,
    cold_start,
    nothing_private_is_logged,
    shared_simulator,
    unused,
    world,
)

__all__ = ["account", "chargebee", "cold_start", "nothing_private_is_logged", "shared_simulator", "unused", "world"]

pytest.register_assert_rewrite("tests.samples.expectation", "tests.metering.functions.samples")

from tests.deployment.fixtures import (
    account,
    chargebee,
    cold_start,
    nothing_private_is_logged,
    shared_simulator,
    unused,
    world,
)
from tests.runtime.functions.session_tokens import scalekit

__all__ = [
    "account",
    "chargebee",
    "cold_start",
    "nothing_private_is_logged",
    "scalekit",
    "shared_simulator",
    "unused",
    "world",
]

"""The same worlds in which the functions are called."""

from tests.deployment.fixtures import account, chargebee, cold_start, shared_simulator, unused, world

__all__ = ["account", "chargebee", "cold_start", "shared_simulator", "unused", "world"]

import pytest

from tests.stack.account import Account, mapped
from tests.stack.fixtures import admin, advance, backend, fair_weather, world
from tests.stack.world import World

__all__ = ["account", "admin", "advance", "backend", "fair_weather", "world"]


@pytest.fixture
def account(world: World) -> Account:
    """`org_1`, mapped to `cust_1`."""
    return mapped(world)

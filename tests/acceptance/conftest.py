import pytest

from tests.acceptance.account import Account, mapped
from tests.end_to_end.fixtures import advance, fair_weather, world
from tests.end_to_end.world import World

__all__ = ["account", "advance", "fair_weather", "world"]


@pytest.fixture
def account(world: World) -> Account:
    """`org_1`, mapped to `cust_1`."""
    return mapped(world)

from collections.abc import Iterator

import pytest

from tests.chargebee.fixtures import *
from tests.chargebee.scripted_server import ScriptedServer, running_server


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with running_server() as server:
        yield server

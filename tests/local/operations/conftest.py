from collections.abc import Iterator

import pytest

from local.launcher.aws import AwsClient
from tests.aws_in_memory import client_in_memory


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsClient]:
    # Nothing is late in memory, so there is nothing to wait for.
    monkeypatch.setattr("local.operations.redriving.WAIT_SECONDS", 0)
    with client_in_memory("sqs") as client:
        yield client

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from local.launcher.aws import AwsClient


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsClient]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    # Nothing is late in memory, so there is nothing to wait for.
    monkeypatch.setattr("local.operations.redriving.WAIT_SECONDS", 0)
    with mock_aws():
        yield boto3.client("sqs", region_name="us-east-1")

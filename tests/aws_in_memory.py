"""AWS in this process, with credentials that work nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from moto import mock_aws

REGION = "eu-central-1"


@contextmanager
def aws_in_memory() -> Iterator[None]:
    """For as long as the block lasts: an account that is empty when it begins."""
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            environment.setenv(name, "test")
        environment.setenv("AWS_DEFAULT_REGION", REGION)
        yield


@contextmanager
def client_in_memory(service: str) -> Iterator[Any]:
    """A client of one service of such an account."""
    with aws_in_memory():
        yield boto3.client(service, region_name=REGION)

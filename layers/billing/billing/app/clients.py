"""The clients of AWS and the secrets, kept for a warm function."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from billing.aws.secrets import Secrets
from billing.core.clock import utc_now
from billing.runtime.settings import settings


def client(service: str) -> Any:
    """A boto3 client that gives up in time."""
    limits = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
    return boto3.client(service, config=limits)


@cache
def _secrets() -> Secrets:
    return Secrets(client("secretsmanager"), utc_now)


def secret(variable: str) -> Mapping[str, str]:
    """The fields of the secret that a setting names, at most five minutes old."""
    return _secrets()(settings()[variable])


def renewed_secret(variable: str) -> Mapping[str, str]:
    """The same, read just now."""
    return _secrets().renewed(settings()[variable])

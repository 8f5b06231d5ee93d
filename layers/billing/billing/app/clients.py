"""The clients of AWS and the secrets, kept for a warm function."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from billing.aws.secrets import Secrets
from billing.core.clock import utc_now
from billing.runtime.settings import settings

CONNECT, READ, ATTEMPTS, PAUSE = 1, 5, 2, 1
"""Seconds of one attempt, their number, and the longest pause between two: together less than any function has."""


@cache
def client(service: str) -> Any:
    """The one boto3 client of a service, which gives up before its function's time is over. Threads may share it."""
    retries = {"mode": "standard", "total_max_attempts": ATTEMPTS}
    return boto3.client(service, config=Config(connect_timeout=CONNECT, read_timeout=READ, retries=retries))


@cache
def _secrets() -> Secrets:
    return Secrets(client("secretsmanager"), utc_now)


def secret(variable: str) -> Mapping[str, str]:
    """The fields of the secret that a setting names, at most five minutes old."""
    return _secrets()(settings()[variable])


def renewed_secret(variable: str) -> Mapping[str, str]:
    """The same, read just now."""
    return _secrets().renewed(settings()[variable])

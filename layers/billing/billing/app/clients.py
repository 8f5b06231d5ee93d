"""AWS as a warm function keeps it: the clients, the secrets."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from botocore.config import Config
from botocore.session import Session, get_session

from billing.core.clock import utc_now
from billing.runtime.settings import settings

CONNECT, READ, ATTEMPTS, PAUSE = 1, 5, 2, 1
"""Seconds of one attempt, their number, and the longest pause between two: together less than any function has."""

SECRET_LIFETIME = 300
"""Seconds for which a secret is kept, so that a rotation takes effect without a deployment."""


@cache
def session() -> Session:
    """What the clients share. It is botocore's: boto3 puts other kinds of clients on top, which take time to load."""
    return get_session()


@cache
def client(service: str) -> Any:
    """The one client of a service, which gives up before its function's time is over. Threads may share it."""
    retries = {"mode": "standard", "total_max_attempts": ATTEMPTS}
    config = Config(connect_timeout=CONNECT, read_timeout=READ, retries=retries)
    return session().create_client(service, config=config)


class Secrets:
    """Reads JSON secrets of Secrets Manager, by name or ARN. What cannot be read raises: it closes the door."""

    def __init__(self, client: Any, clock: Callable[[], int]) -> None:
        self._client = client
        self._clock = clock
        self._read: dict[str, tuple[int, Mapping[str, str]]] = {}

    def __call__(self, secret_id: str) -> Mapping[str, str]:
        """The fields of one secret. Raises botocore's ClientError, or ValueError when it is not JSON."""
        if secret_id in self._read and self._clock() - self._read[secret_id][0] < SECRET_LIFETIME:
            return self._read[secret_id][1]
        return self.renewed(secret_id)

    def renewed(self, secret_id: str) -> Mapping[str, str]:
        """The same as it is right now, for whoever was told that what is kept is wrong."""
        answer = self._client.get_secret_value(SecretId=secret_id)
        self._read[secret_id] = (self._clock(), json.loads(answer["SecretString"]))
        return self._read[secret_id][1]


@cache
def _secrets() -> Secrets:
    return Secrets(client("secretsmanager"), utc_now)


def secret(variable: str) -> Mapping[str, str]:
    """The fields of the secret that a setting names, at most five minutes old."""
    return _secrets()(settings()[variable])


def renewed_secret(variable: str) -> Mapping[str, str]:
    """The same, read just now."""
    return _secrets().renewed(settings()[variable])

"""Secrets of AWS Secrets Manager, kept for five minutes so that a rotation takes effect without a deployment."""

import json
from collections.abc import Callable, Mapping
from typing import Any

LIFETIME = 300


class Secrets:
    """Reads JSON secrets by name or ARN. What cannot be read raises: a missing secret closes the door."""

    def __init__(self, client: Any, clock: Callable[[], int]) -> None:
        self._client = client
        self._clock = clock
        self._read: dict[str, tuple[int, Mapping[str, str]]] = {}

    def __call__(self, secret_id: str) -> Mapping[str, str]:
        """The fields of one secret. Raises botocore's ClientError, or ValueError when it is not JSON."""
        now = self._clock()
        if secret_id not in self._read or now - self._read[secret_id][0] >= LIFETIME:
            answer = self._client.get_secret_value(SecretId=secret_id)
            self._read[secret_id] = (now, json.loads(answer["SecretString"]))
        return self._read[secret_id][1]

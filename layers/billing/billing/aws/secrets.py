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
        if secret_id in self._read and self._clock() - self._read[secret_id][0] < LIFETIME:
            return self._read[secret_id][1]
        return self.renewed(secret_id)

    def renewed(self, secret_id: str) -> Mapping[str, str]:
        """The same as it is right now, for whoever was told that what is kept is wrong."""
        answer = self._client.get_secret_value(SecretId=secret_id)
        self._read[secret_id] = (self._clock(), json.loads(answer["SecretString"]))
        return self._read[secret_id][1]

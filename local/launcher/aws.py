"""Clients of the emulated AWS, as its account's administrator."""

import threading
from typing import Any

from local.launcher.identity import REGION

ACCOUNT = "000000000000"
# A function may run for minutes, and the pump waits for its answer.
READ_SECONDS = 900

# boto3 makes its clients at run time, so they have no static type.
type AwsClient = Any


class Aws:
    """One emulated account. Clients may be shared by threads; making one may not, hence the lock."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._making = threading.Lock()
        self._clients: dict[str, AwsClient] = {}
        self._session: Any = None

    def client(self, service: str) -> AwsClient:
        with self._making:
            if service not in self._clients:
                self._clients[service] = self._make(service)
            return self._clients[service]

    def _make(self, service: str) -> AwsClient:
        # Imported on demand: the emulator and the simulators start while it loads.
        import boto3  # noqa: PLC0415
        from botocore.config import Config  # noqa: PLC0415

        if self._session is None:
            self._session = boto3.Session(ACCOUNT, "local", region_name=REGION)
        config = Config(read_timeout=READ_SECONDS, retries={"total_max_attempts": 3}, max_pool_connections=20)
        return self._session.client(service, endpoint_url=self._endpoint, config=config)

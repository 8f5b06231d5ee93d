"""A running local stack as tests see it, and how one of their own is started."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[1]
ACCOUNT = "000000000000"


@dataclass(frozen=True)
class Credentials:
    """Basic auth, of webhooks or of an OAuth client."""

    username: str
    password: str


@dataclass(frozen=True)
class Stack:
    """The contract of `stack.json`; a vendor's address is None when a real sandbox stands in for its simulator."""

    app: str
    chargebee: str | None
    scalekit: str | None
    aws: str
    chargebee_webhook: Credentials
    scalekit_webhook_secret: str
    chargebee_api_key: str
    scalekit_client: Credentials
    backend_client: Credentials | None
    table: str
    queues: dict[str, str]
    region: str
    outputs: dict[str, str]

    @classmethod
    def read(cls, contract: Path) -> Self:
        content = json.loads(contract.read_text())
        webhook, client, backend = (
            content.pop(each) for each in ("chargebee_webhook", "scalekit_client", "backend_client")
        )
        return cls(
            chargebee_webhook=Credentials(**webhook),
            scalekit_client=Credentials(client["id"], client["secret"]),
            backend_client=Credentials(backend["id"], backend["secret"]) if backend else None,
            **content,
        )

    def client(self, service: str) -> Any:
        """A client of the emulated AWS, as the account's administrator."""
        import boto3

        return boto3.client(
            service,
            endpoint_url=self.aws,
            region_name=self.region,
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key="local",
        )


@contextmanager
def started(state: Path, *arguments: str) -> Iterator[Stack]:
    """A simulated stack on free ports, in its own state directory; stopped with its processes on the way out."""
    # Here, because whoever only wants to know where things are has no client on its path.
    from organization_billing_local.starting import launched

    with launched(ROOT, Path(sys.executable), state, *arguments) as contract:
        yield Stack.read(contract)

"""The machine clients of each organization, and the secrets with which they prove themselves.

https://docs.scalekit.com/authenticate/m2m/api-auth-quickstart

One client is there from the start and after every reset: the backend of the team whose environment this is. Its
organization, `org_backend`, appears nowhere else until somebody creates it, so that an environment starts empty.
"""

import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scalekit.v1.clients import clients_pb2 as pb

from local.scalekit.refusal import Refused

BACKEND = pb.M2MClient(
    client_id="m2morg_local_backend",
    organization_id="org_backend",
    name="Backend of the team",
    scopes=["billing:admin", "usage:write", "charges:write"],
    audience=["billing"],
)
BACKEND_SECRET = "test_secret"
MOST_SECRETS = 5


@dataclass
class Machines:
    _by_organization: dict[str, dict[str, pb.M2MClient]] = field(default_factory=dict)
    _plain_secrets: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clear()

    def add(self, client: pb.M2MClient) -> None:
        self._by_organization.setdefault(client.organization_id, {})[client.client_id] = client

    def of(self, organization_id: str) -> list[pb.M2MClient]:
        return list(self._by_organization.get(organization_id, {}).values())

    def all(self) -> list[pb.M2MClient]:
        return [client for own in self._by_organization.values() for client in own.values()]

    @property
    def plain_secrets(self) -> Mapping[str, str]:
        """By their ids."""
        return self._plain_secrets

    def put(self, clients: Iterable[pb.M2MClient], plain_secrets: Mapping[str, str]) -> None:
        """Those that were here before, and no others."""
        self._by_organization.clear()
        for client in clients:
            self.add(client)
        self._plain_secrets = dict(plain_secrets)

    def get(self, organization_id: str, client_id: str) -> pb.M2MClient:
        client = self._by_organization.get(organization_id, {}).get(client_id)
        if client is None:
            raise Refused("NOT_FOUND", "client not found")
        return client

    def find(self, client_id: str) -> pb.M2MClient | None:
        return next((own[client_id] for own in self._by_organization.values() if client_id in own), None)

    def remove(self, client: pb.M2MClient) -> None:
        del self._by_organization[client.organization_id][client.client_id]

    def add_secret(self, client: pb.M2MClient, plain: str) -> str:
        if len(client.secrets) == MOST_SECRETS:
            raise Refused("INVALID_ARGUMENT", f"a client has at most {MOST_SECRETS} secrets")
        secret = client.secrets.add(id=f"sks_{_digits()}", secret_suffix=plain[-4:], status=pb.ACTIVE)
        for moment in (secret.create_time, secret.update_time, secret.last_used_time, client.update_time):
            moment.GetCurrentTime()
        self._plain_secrets[secret.id] = plain
        return plain

    def remove_secret(self, client: pb.M2MClient, secret_id: str) -> None:
        kept = [secret for secret in client.secrets if secret.id != secret_id]
        if len(kept) == len(client.secrets):
            raise Refused("NOT_FOUND", "client secret not found")
        del client.secrets[:]
        client.secrets.extend(kept)
        client.update_time.GetCurrentTime()

    def proven(self, client_id: str, plain: str) -> pb.M2MClient | None:
        """The client, when `plain` is one of its secrets."""
        client = self.find(client_id)
        for secret in client.secrets if client else ():
            if hmac.compare_digest(self._plain_secrets[secret.id].encode(), plain.encode()):
                secret.last_used_time.GetCurrentTime()
                return client
        return None

    def disband(self, organization_id: str) -> None:
        self._by_organization.pop(organization_id, None)

    def clear(self) -> None:
        self._by_organization.clear()
        self._plain_secrets.clear()
        backend = pb.M2MClient()
        backend.CopyFrom(BACKEND)
        backend.create_time.GetCurrentTime()
        self.add(backend)
        self.add_secret(backend, BACKEND_SECRET)


def new_client_id() -> str:
    return f"m2morg_{_digits()}"


def new_secret() -> str:
    return f"test_{secrets.token_urlsafe(48)}"


def _digits() -> str:
    return str(10**17 + secrets.randbelow(9 * 10**17))

"""A running stack as a team's tests see it."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

SECONDS = 90
"""More than the stack takes to come to rest."""
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # the stack is on this machine

# JSON of any shape.
type Json = Any


class StackRefused(Exception):
    """The stack, or a simulator, said no: with what it said."""


@dataclass(frozen=True, slots=True)
class MachineClient:
    """A client of the team's own backend, which gets its tokens at the Scalekit simulator's `/oauth/token`."""

    id: str
    secret: str


@dataclass(frozen=True, slots=True)
class BillingStack:
    """Addresses and credentials of a stack: the API's, both simulators' and the emulated AWS account's."""

    url: str
    chargebee: str
    scalekit: str
    aws: str
    backend: MachineClient
    logs: str

    @classmethod
    def of(cls, contract: Mapping[str, Json], logs: Path) -> Self:
        """From what the stack writes down when it is ready."""
        return cls(
            url=contract["app"],
            chargebee=contract["chargebee"],
            scalekit=contract["scalekit"],
            aws=contract["aws"],
            backend=MachineClient(**contract["backend_client"]),
            logs=str(logs),
        )

    @classmethod
    def read(cls, path: Path) -> Self:
        """One that runs already, from the file that the command has written."""
        content = json.loads(path.read_text())
        return cls(backend=MachineClient(**content.pop("backend")), **content)

    def as_json(self) -> Json:
        return asdict(self)

    def organization(self, name: str = "Acme") -> "Organization":
        """A new one that Scalekit has told of and that has its customer; its id was never there before."""
        made = ask("POST", f"{self.scalekit}/_sim/organizations", {"display_name": name})
        self.come_to_rest()
        return Organization(self, made["organization"]["id"], name)

    def token(self, organization_id: str, *roles: str, **claims: Json) -> str:
        """An access token of somebody who is signed in there with these roles (`admin` without any)."""
        wanted = {"organization_id": organization_id, "roles": roles or ("admin",), "claims": claims}
        return self._minted(wanted)

    def machine_token(self, *scopes: str) -> str:
        """An access token of the team's own backend with these scopes."""
        return self._minted({"client_id": self.backend.id, "scopes": scopes})

    def come_to_rest(self) -> None:
        """Returns when every webhook is delivered and every message is worked off. Raises StackRefused."""
        ask("POST", f"{self.url}/_local/rest")

    def reset(self) -> None:
        """Forget every organization, here and at both vendors; nobody may use the stack meanwhile. Raises StackRefused.

        What was configured at AWS itself, such as a secret, stays as it is.
        """
        ask("POST", f"{self.url}/_local/reset")

    def advance_clock(self, seconds: int) -> None:
        """Time goes on for the functions and at Chargebee, and what falls due there on the way happens."""
        ask("POST", f"{self.url}/_local/clock?seconds={seconds}")
        self.come_to_rest()

    def _minted(self, wanted: Json) -> str:
        return str(ask("POST", f"{self.scalekit}/_sim/token", wanted)["access_token"])


@dataclass(frozen=True, slots=True)
class Organization:
    stack: BillingStack
    id: str
    name: str

    def token(self, *roles: str, **claims: Json) -> str:
        """An access token of somebody who is signed in with these roles (`admin` without any)."""
        return self.stack.token(self.id, *roles, **claims)

    def subscribe(self, item_price_id: str, seats: int = 1) -> str:
        """Buy as an admin does, and pay on the hosted page; the subscription's id. Raises StackRefused."""
        wish, bearer = {"itemPriceId": item_price_id, "seats": seats}, {"Authorization": f"Bearer {self.token()}"}
        page = ask("POST", f"{self.stack.url}/api/subscription/create", wish, bearer)
        ask("POST", f"{self.stack.chargebee}/_sim/hosted_pages/{page['id']}/pay")
        self.stack.come_to_rest()
        return str(page["subscriptionId"])


def ask(method: str, url: str, body: Json = None, headers: Mapping[str, str] | None = None) -> Json:
    """The answer's JSON. Raises StackRefused."""
    sent = {"Content-Type": "application/json", **(headers or {})}
    request = urllib.request.Request(url, json.dumps(body or {}).encode(), sent, method=method)
    try:
        with DIRECT.open(request, timeout=SECONDS) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refusal:
        with refusal:
            raise StackRefused(f"{method} {url}: {refusal.code} {refusal.read().decode(errors='replace')}") from None
    except OSError as silent:
        raise StackRefused(f"{method} {url} is not answered: {silent}. Does the stack still run?") from silent

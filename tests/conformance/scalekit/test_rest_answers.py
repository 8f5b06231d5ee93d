"""Every REST answer that the simulator serves, held against Scalekit's own API description."""

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import pytest

from tests.conformance.scalekit.conftest import Hold
from tests.conformance.scalekit.description import Operation, operations
from tests.conformance.scalekit.documented import REFUSAL
from tests.local.scalekit.simulator import Simulator

OPERATIONS = {(each.verb, each.template): each for each in operations()}
API = "/api/v1/organizations"
CLIENT = {
    "name": "Importer",
    "description": "Imports every night",
    "scopes": ["usage:write"],
    "audience": ["billing"],
    "custom_claims": [{"key": "region", "value": "eu"}],
    "expiry": 900,
}


@dataclass
class Walk:
    """Calls routes by their documented templates, and remembers which."""

    simulator: Simulator
    hold: Hold
    served: set[str] = field(default_factory=set)

    def call(self, verb: str, template: str, body: object = None, query: str = "", **ids: str) -> Any:
        operation = OPERATIONS[verb, template]
        path = template.format(**ids) + query
        answer = self.simulator.send(verb, path, body, **self.simulator.bearer)
        assert answer.status in operation.documented, f"{verb} {template} answers {answer.status}"
        self.hold(f"{verb} {template}", operation.answer, answer.json())
        self.served.add(operation.name)
        return answer.json()


@pytest.fixture
def walk(simulator: Simulator, hold: Hold) -> Walk:
    simulator.send("POST", "/_sim/reset")
    return Walk(simulator, hold)


def walk_organizations(walk: Walk) -> None:
    acme = walk.call("POST", API, {"display_name": "Acme", "external_id": "acme", "metadata": {"tier": "gold"}})
    bare = walk.call("POST", API, {"display_name": "Bare"})["organization"]["id"]
    organization = acme["organization"]["id"]
    walk.call("GET", API + "/{id}", id=organization)
    walk.call("GET", API + ":external/{external_id}", external_id="acme")
    walk.call("GET", API, query="?page_size=10")
    walk.call("PATCH", API + "/{id}", {"display_name": "Acme Inc"}, id=organization)
    walk.call("GET", API + "/{organization_id}/users", query="?page_size=1", organization_id=organization)
    walk.call("DELETE", API + "/{id}", id=bare)


def walk_clients(walk: Walk) -> None:
    organization = walk.call("POST", API, {"display_name": "Machines"})["organization"]["id"]
    clients, client = API + "/{organization_id}/clients", API + "/{organization_id}/clients/{client_id}"
    own = {"organization_id": organization}
    one = {**own, "client_id": walk.call("POST", clients, CLIENT, **own)["client"]["client_id"]}
    walk.call("POST", clients, {"name": "Bare"}, **own)
    walk.call("GET", client, **one)
    walk.call("GET", clients, query="?page_size=10", **own)
    walk.call("PATCH", client, {"description": "Imports at noon"}, **one)
    secret = walk.call("POST", client + "/secrets", **one)["secret"]["id"]
    walk.call("DELETE", client + "/secrets/{secret_id}", **one, secret_id=secret)
    walk.call("DELETE", client, **one)


def test_every_answer_has_the_described_status_and_fields(walk: Walk) -> None:
    walk_organizations(walk)
    walk_clients(walk)
    others = [operation for operation in OPERATIONS.values() if operation.name not in walk.served]
    assert [operation.name for operation in others if not is_unserved(walk.simulator, operation)] == []


def is_unserved(simulator: Simulator, operation: Operation) -> bool:
    path = re.sub(r"\{\w+\}", "x", operation.template)
    return simulator.call(operation.verb, path, None, **simulator.bearer).status == HTTPStatus.NOT_IMPLEMENTED


@pytest.mark.parametrize(
    ("status", "verb", "path", "body"),
    [
        (400, "POST", API, {"display_name": ""}),
        (404, "GET", f"{API}/org_unknown", None),
        (404, "GET", f"{API}/org_unknown/clients", None),
        (409, "POST", API, {"display_name": "Acme", "external_id": "taken"}),
        (501, "GET", "/api/v1/clients", None),
    ],
)
def test_every_refusal_has_the_described_form(
    walk: Walk, status: int, verb: str, path: str, body: dict[str, Any] | None
) -> None:
    walk.simulator.create("Taken", external_id="taken")
    answer = walk.simulator.send(verb, path, body, **walk.simulator.bearer)
    assert answer.status == status
    walk.hold(f"{status}", REFUSAL, answer.json())
    walk.hold("401", REFUSAL, walk.simulator.send(verb, path, body).json())

"""Both of Scalekit's SDKs, unmodified, held against the simulator's REST answers."""

import subprocess
from pathlib import Path
from typing import Any

from google.protobuf import json_format
from scalekit.v1.clients import clients_pb2

from tests.local.scalekit.receiver import Receiver
from tests.local.scalekit.simulator import REDIRECT_URI, SECRET, Simulator

WALK = Path(__file__).parent / "walk.mjs"
API = "/api/v1/organizations"
PATIENCE = 60  # seconds


def as_json(answered: tuple[Any, Any]) -> Any:
    return json_format.MessageToDict(
        answered[0], preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )


def test_the_python_sdk_reads_what_rest_answers(simulator: Simulator, sdk: Any) -> None:
    acme = simulator.create("Read", external_id="read")["id"]
    wanted = clients_pb2.OrganizationClient(name="Importer", scopes=["usage:write"])
    client = sdk.m2m_client.create_organization_client(acme, wanted)[0].client.client_id
    reads = {
        f"{API}/{acme}": sdk.organization.get_organization(acme),
        f"{API}:external/read": sdk.organization.get_organization_by_external_id("read"),
        f"{API}?page_size=10": sdk.organization.list_organizations(page_size=10),
        f"{API}/{acme}/users?page_size=10": sdk.users.list_organization_users(acme, page_size=10),
        f"{API}/{acme}/clients?page_size=10": sdk.m2m_client.list_organization_clients(acme, page_size=10),
        f"{API}/{acme}/clients/{client}": sdk.m2m_client.get_organization_client(acme, client),
    }
    for path, answered in reads.items():
        assert as_json(answered) == simulator.get(path, **simulator.bearer).json(), path


def test_the_node_sdk_finds_no_difference(simulator: Simulator, receiver: Receiver, node: str) -> None:
    command = [node, str(WALK), simulator.url, "skc_local", "test_secret", SECRET, REDIRECT_URI]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    simulator.send("PUT", "/_sim/webhook_endpoint", {"url": receiver.url})
    assert done.returncode == 0, done.stdout + done.stderr

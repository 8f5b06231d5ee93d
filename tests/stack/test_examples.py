"""The examples do what their pages say, each started by its own command."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.local_stack import ROOT
from tests.stack.api import Member
from tests.stack.backend import Backend, calls
from tests.stack.examples import process, serving, settings
from tests.stack.waiting import until
from tests.stack.world import Cloud, fresh

EXPRESS = ROOT / "examples" / "express"
PYTHON_CLIENT = {"PYTHONPATH": str(ROOT / "clients" / "python" / "src")}


@pytest.fixture(scope="module")
def covered(world: Cloud) -> Member:
    """An admin of an organization that has calls left."""
    admin = world.member(fresh("org"))
    world.subscribe(admin)
    return admin


@pytest.fixture(scope="module")
def spent(world: Cloud) -> Member:
    """An admin of one that has none left."""
    admin = world.member(fresh("org"))
    world.subscribe(admin)
    backend = Backend(world.machine("usage:write"), admin.organization_id)
    backend.used(calls("all", admin.left()[0]))
    return admin


def use(service: httpx.Client, covered: Member, spent: Member) -> None:
    """Three calls of who is covered, among some of others."""
    assert service.post("/calls").status_code == 401
    for _ in range(3):
        assert service.post("/calls", headers=covered.headers).status_code == 200
    refused = service.post("/calls", headers=spent.headers)
    assert refused.status_code == 402
    assert "exhausted" in refused.text


def test_the_fastapi_service_serves_who_is_covered_and_meters_each_call_once(
    world: Cloud, covered: Member, spent: Member
) -> None:
    def uvicorn(port: int) -> list[str]:
        return [sys.executable, "-m", "uvicorn", "--app-dir", "examples/fastapi", "app:app", "--port", str(port)]

    before, _ = covered.left()
    with serving(uvicorn, settings(world.stack) | PYTHON_CLIENT) as service:
        use(service, covered, spent)
    assert covered.left()[0] == before - 3


@pytest.mark.skipif(not (EXPRESS / "node_modules").is_dir(), reason="`make clients` has not installed Express")
def test_the_express_service_serves_who_is_covered_and_meters_each_call_once(
    world: Cloud, covered: Member, spent: Member
) -> None:
    before, _ = covered.left()
    with serving(lambda _: ["node", "server.js"], settings(world.stack), EXPRESS) as service:
        use(service, covered, spent)
    assert covered.left()[0] == before - 3


def test_the_bus_consumer_hears_of_a_new_subscription(world: Cloud, admin: Member, tmp_path: Path) -> None:
    stack, name = world.stack, "bus-consumer"
    contract = tmp_path / "stack.json"
    contract.write_text(json.dumps({"aws": stack.aws, "region": stack.region, "outputs": stack.outputs}))
    events, dynamodb = stack.client("events"), stack.client("dynamodb")
    with process([sys.executable, "examples/bus-consumer/listen.py", str(contract)], {}) as listener:
        assert listener.stdout
        assert listener.stdout.readline() == "Listening.\n"
        world.subscribe(admin)
        of_theirs = {
            "KeyConditionExpression": "organizationId = :id",
            "ExpressionAttributeValues": {":id": {"S": admin.organization_id}},
        }
        [row] = until(lambda: dynamodb.query(TableName=name, **of_theirs)["Items"])
    assert row["allowed"] == {"BOOL": True}
    events.remove_targets(Rule=name, EventBusName=stack.outputs["BusName"], Ids=[name])
    events.delete_rule(Name=name, EventBusName=stack.outputs["BusName"])


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_routes_of_the_nextjs_application_sign_in_pass_on_refresh_and_sign_out(world: Cloud) -> None:
    organization_id = fresh("org")
    world.scalekit.create_organization(organization_id)
    addresses = {"SCALEKIT_REDIRECT_URI": f"{world.stack.app}/", "STACK_ORGANIZATION": organization_id}
    credentials = world.stack.scalekit_client
    client = {"SCALEKIT_CLIENT_ID": credentials.username, "SCALEKIT_CLIENT_SECRET": credentials.password}
    command = ["node", "--test", str(ROOT / "examples" / "nextjs" / "test" / "flow.mjs")]
    environment = os.environ | settings(world.stack) | addresses | client
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "# pass 5" in done.stdout

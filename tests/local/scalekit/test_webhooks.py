import asyncio
import time
from typing import Any

import pytest

from local.scalekit.deliveries import Deliveries
from local.scalekit.faults import Faults
from tests.local.scalekit.receiver import Receiver
from tests.local.scalekit.simulator import SECRET, Simulator, free_port

PATH = "/api/v1/organizations"


def settled(simulator: Simulator) -> list[dict[str, Any]]:
    """The delivery log, once nothing is on its way any more."""
    deadline = time.monotonic() + 10
    while simulator.get("/_sim/webhooks/pending").json()["pending"]:
        assert time.monotonic() < deadline
    log: list[dict[str, Any]] = simulator.get("/_sim/webhooks").json()
    return log


def test_the_sdk_accepts_every_webhook_that_is_sent(simulator: Simulator, receiver: Receiver, sdk: Any) -> None:
    acme = simulator.create("Acmé")
    simulator.send("PATCH", f"{PATH}/{acme['id']}", {"display_name": "Acme"}, **simulator.bearer)
    members = f"/_sim/organizations/{acme['id']}/members"
    joined = simulator.send("POST", members, {"email": "new@acme.example", "roles": ["member"]}).json()
    simulator.call("DELETE", f"{members}/{joined['id']}")
    simulator.call("DELETE", f"{PATH}/{acme['id']}", **simulator.bearer)
    received = receiver.wait_for(5)
    assert {webhook.event["type"] for webhook in received} == {
        "organization.created",
        "organization.updated",
        "organization.deleted",
        "user.organization_membership_created",
        "user.organization_membership_deleted",
    }
    for webhook in received:
        assert sdk.verify_webhook_payload(SECRET, webhook.headers, webhook.body) is True


def test_an_organization_event_has_the_documented_fields(simulator: Simulator, receiver: Receiver) -> None:
    acme = simulator.create("Acme", metadata={"plan": "growth"})
    simulator.call("DELETE", f"{PATH}/{acme['id']}", **simulator.bearer)
    events = {webhook.event["type"]: webhook.event for webhook in receiver.wait_for(2)}
    created, deleted = events["organization.created"], events["organization.deleted"]
    assert created.keys() == {
        "environment_id", "id", "object", "occurred_at", "organization_id", "spec_version", "type", "data",
        "display_name",
    }  # fmt: skip
    assert (created["display_name"], deleted["display_name"]) == ("Organization Created", "Organization Deleted")
    assert (created["object"], created["spec_version"], created["organization_id"]) == ("Organization", "1", acme["id"])
    assert created["data"] == {
        "create_time": acme["create_time"],
        "display_name": "Acme",
        "external_id": None,
        "id": acme["id"],
        "metadata": {"plan": "growth"},
        "region_code": "US",
        "update_time": acme["update_time"],
        "settings": {"features": [{"enabled": True, "name": "sso"}, {"enabled": False, "name": "dir_sync"}]},
    }
    assert deleted["data"].keys() - created["data"].keys() == {"deleted_at"}


def test_what_an_organization_does_not_have_is_null_and_not_an_empty_text(
    simulator: Simulator, receiver: Receiver
) -> None:
    simulator.create("Acme")
    [created] = [webhook.event for webhook in receiver.wait_for(1)]
    assert (created["data"]["external_id"], created["data"]["metadata"]) == (None, None)


def test_a_membership_event_names_its_organization(simulator: Simulator, receiver: Receiver) -> None:
    acme = simulator.create("Acme")
    body = {"email": "new@acme.example", "roles": ["admin"]}
    joined = simulator.send("POST", f"/_sim/organizations/{acme['id']}/members", body).json()
    [event] = [row.event for row in receiver.wait_for(2) if row.event["object"] == "OrgMembership"]
    assert (event["organization_id"], event["data"]["organization"]["id"]) == (acme["id"], acme["id"])
    assert event["display_name"] == "Organization Membership Created"
    assert (event["data"]["user"]["id"], event["data"]["user"]["email"]) == (joined["id"], "new@acme.example")
    [listed] = simulator.get("/_sim/organizations").json()
    assert joined in listed["members"]


def test_a_refused_webhook_is_tried_again_under_the_same_id(simulator: Simulator, receiver: Receiver) -> None:
    receiver.answers += [500, 503]
    simulator.create("Acme")
    attempts = receiver.wait_for(3)
    assert len({webhook.headers["webhook-id"] for webhook in attempts}) == 1
    assert len({webhook.body for webhook in attempts}) == 1
    [entry] = settled(simulator)
    assert (entry["status"], entry["attempts"], entry["answers"]) == ("delivered", 3, ["500", "503", "200"])


def test_a_webhook_that_nobody_takes_fails_for_good() -> None:
    async def deliver() -> Deliveries:
        url = f"http://127.0.0.1:{free_port()}/"
        deliveries = Deliveries(url, SECRET, (0.0, 0.0), Faults(), now=lambda: 1_700_000_000)
        deliveries.send({"id": "evt_1", "type": "organization.created"})
        while deliveries.pending():
            await asyncio.sleep(0)
        return deliveries

    delivery = asyncio.run(deliver()).log["evt_1"]
    assert (delivery.status, delivery.attempts) == ("failed", 3)


def test_webhooks_are_duplicated_and_dropped_on_demand(simulator: Simulator, receiver: Receiver) -> None:
    simulator.send("PUT", "/_sim/faults", {"webhooks": {"duplicate": 1}})
    simulator.create("Twice")
    first, second = receiver.wait_for(2)
    assert first.event == second.event
    settled(simulator)
    simulator.send("PUT", "/_sim/faults", {"webhooks": {"drop": 1}})
    simulator.create("Never")
    dropped = settled(simulator)[-1]
    assert (dropped["status"], dropped["attempts"], len(receiver.got)) == ("dropped", 0, 2)
    simulator.send("POST", f"/_sim/webhooks/{dropped['id']}/resend")
    assert receiver.wait_for(3)[-1].event == dropped["body"]


def test_the_endpoint_can_be_moved_and_given_a_new_secret(simulator: Simulator, receiver: Receiver, sdk: Any) -> None:
    other = "whsec_YW5vdGhlciBzZWNyZXQ="
    receiver.start_over("/moved")
    simulator.send("PUT", "/_sim/webhook_endpoint", {"url": receiver.url, "secret": other})
    simulator.create("Acme")
    [webhook] = receiver.wait_for(1)
    assert sdk.verify_webhook_payload(other, webhook.headers, webhook.body) is True


def test_a_reset_forgets_organizations_webhooks_and_faults(simulator: Simulator, receiver: Receiver) -> None:
    simulator.create("Acme")
    receiver.wait_for(1)
    simulator.send("PUT", "/_sim/faults", {"api": [{"path": "/api", "status": 500}]})
    simulator.send("POST", "/_sim/reset")
    assert simulator.get(PATH, **simulator.bearer).json()["organizations"] == []
    assert simulator.get("/_sim/webhooks").json() == []


@pytest.mark.parametrize("path", ["/_sim/webhooks/evt_unknown/resend", "/_sim/organizations/org_unknown/members"])
def test_what_does_not_exist_is_not_found(simulator: Simulator, path: str) -> None:
    assert simulator.send("POST", path, {"email": "a@b.example"}).status == 404

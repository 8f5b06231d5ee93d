"""Every webhook that the simulator sends, held against what Scalekit documents of it."""

from tests.conformance.scalekit.conftest import Hold
from tests.conformance.scalekit.documented import EVENTS
from tests.local.scalekit.receiver import Receiver
from tests.local.scalekit.simulator import Simulator


def test_every_webhook_has_the_documented_fields(simulator: Simulator, receiver: Receiver, hold: Hold) -> None:
    simulator.send("POST", "/_sim/reset")
    receiver.start_over("/walked")
    simulator.send("PUT", "/_sim/webhook_endpoint", {"url": receiver.url})
    bare = simulator.create("Bare")["id"]
    full = simulator.create("Full", external_id="full", metadata={"tier": "gold"})["id"]
    for organization in (bare, full):
        change(simulator, organization)
    events = [received.event for received in receiver.wait_for(10)]
    assert {event["type"] for event in events} == EVENTS.keys()
    for kind, documented in EVENTS.items():
        hold(kind, documented, *(event for event in events if event["type"] == kind))


def change(simulator: Simulator, organization: str) -> None:
    """Whatever can happen to an organization after it is created."""
    path, members = f"/api/v1/organizations/{organization}", f"/_sim/organizations/{organization}/members"
    simulator.send("PATCH", path, {"display_name": "Renamed"}, **simulator.bearer)
    joined = simulator.send("POST", members, {"email": "new@acme.example"}).json()["id"]
    simulator.call("DELETE", f"{members}/{joined}")
    simulator.call("DELETE", path, **simulator.bearer)

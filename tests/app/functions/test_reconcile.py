"""What no webhook brought is fetched: on a schedule, by an operator, or for one organization."""

import json
import time
from typing import Any

import pytest

from billing.core.chargebee_errors import ChargebeeUnavailable
from billing.core.errors import InvalidRequest
from tests.app.functions.scalekit import Scalekit
from tests.deployment.gateway import MACHINE, failed, http_event, sqs_event
from tests.deployment.subscriptions import apply, create, listed, subscribed, work_off
from tests.deployment.world import World
from tests.subscriptions.examples import ORG, organization_event_json

WINDOW = 432_000


@pytest.fixture(autouse=True)
def scalekit(monkeypatch: pytest.MonkeyPatch) -> Scalekit:
    """Its SDK asks for a token over the network before anything else: the port is filled in instead."""
    empty = Scalekit()
    monkeypatch.setattr("billing.app.wiring.scalekit", lambda: empty)
    return empty


def later(world: World) -> None:
    """Long enough after the news for it to be overdue."""
    world.freeze(int(time.time()) + 3_600)


def reconcile(world: World) -> dict[str, Any]:
    return world.invoke("app/reconcile", {"task": "reconcile", "window": WINDOW})


def absorb(world: World) -> None:
    """Deliver what reconciling queued."""
    while messages := world.messages("EventsQueue"):
        assert failed(world.invoke("subscriptions/apply_event", sqs_event(*messages))) == []
    work_off(world)


def test_events_that_never_arrived_are_fetched_and_the_cache_is_right(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    world.chargebee.pay(create(world).body["id"])
    later(world)
    result = reconcile(world)
    assert result["events"]["queued"] == len(world.chargebee.events())
    assert f'"missing_events":[{float(result["events"]["queued"])}]' in capfd.readouterr().out
    absorb(world)
    assert [row["status"] for row in listed(world)] == ["in_trial"]


def test_what_is_known_is_not_queued_again(world: World) -> None:
    subscribed(world)
    later(world)
    reconcile(world)
    absorb(world)
    before = world.items()
    result = reconcile(world)
    assert (result["events"]["queued"], result["subscriptions"]["queued"]) == (0, 0)
    absorb(world)
    assert world.items() == before


def test_news_that_may_still_be_on_its_way_is_left_alone(world: World) -> None:
    world.chargebee.pay(create(world).body["id"])
    assert reconcile(world)["events"]["queued"] == 0


def test_a_subscription_is_repaired_even_when_chargebee_has_forgotten_the_event(world: World) -> None:
    subscription_id = subscribed(world)
    world.chargebee.ask("POST", f"/subscriptions/{subscription_id}/cancel_for_items", cancel_option="immediately")
    apply(world, *(event for event in world.chargebee.events() if event["event_type"] != "subscription_cancelled"))
    later(world)
    reconcile(world)
    queued = [message for message in world.messages("EventsQueue") if message["event_type"].endswith("reconciled")]
    assert [message["content"]["subscription"]["id"] for message in queued] == [subscription_id]
    apply(world, *queued)
    assert listed(world) == []


def test_repaired_drift_is_alarmed(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    subscribed(world)
    [subscription] = world.chargebee.ask("GET", "/subscriptions")["list"]
    drifted = {**subscription["subscription"], "resource_version": subscription["subscription"]["resource_version"] + 1}
    drifted["status"] = "cancelled"
    content = {"subscription": drifted, "customer": subscription["customer"]}
    apply(world, {"id": "reconciled_1", "event_type": "subscription_reconciled", "occurred_at": 1, "content": content})
    assert '"drift_repaired":[1.0]' in capfd.readouterr().out


def test_organizations_that_never_arrived_are_created(world: World, scalekit: Scalekit) -> None:
    names = ("org_1", "org_2", "org_3")
    scalekit.known = [organization_event_json(id=name, display_name=name.upper())["data"] for name in names]
    assert failed(world.invoke("organizations/provision", sqs_event(organization_event_json()))) == []
    result = reconcile(world)
    assert result["organizations"] == {"read": 3, "queued": 2}
    work_off(world)
    assert {world.item(f"ORG#{name}", "ORG")["customer_id"] for name in names} == set(names)
    assert reconcile(world)["organizations"] == {"read": 3, "queued": 0}


def test_a_deleted_organization_is_not_created_again(world: World, scalekit: Scalekit) -> None:
    scalekit.known = [organization_event_json()["data"]]
    world.put(pk=f"ORG#{ORG}", sk="ORG", id=ORG, version=2, deleted_at=1)
    assert reconcile(world)["organizations"] == {"read": 1, "queued": 0}


def test_a_replay_queues_everything_again_and_changes_nothing(world: World) -> None:
    subscribed(world)
    before = world.items()
    result = world.invoke("app/reconcile", {"task": "replay", "since": 0})
    assert result["events"]["queued"] == len(world.chargebee.events())
    absorb(world)
    assert world.items() == before


def test_a_replay_of_one_organization_queues_its_events_alone(world: World) -> None:
    subscribed(world)
    world.chargebee.ask("POST", "/customers", id="org_2")
    world.invoke("app/reconcile", {"task": "replay", "since": 0, "organizationId": "org_2"})
    assert [message["content"]["customer"]["id"] for message in world.messages("EventsQueue")] == ["org_2"]


@pytest.mark.parametrize(
    "request_",
    [{}, {"task": "everything"}, {"task": "reconcile"}, {"task": "reconcile", "window": "1"}, {"task": "replay"}],
)
def test_what_is_no_task_is_refused(world: World, request_: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        world.invoke("app/reconcile", request_)
    assert world.untouched()


def test_a_failure_is_not_reported_as_success(world: World) -> None:
    world.chargebee.fail("/events", status=503)
    with pytest.raises(ChargebeeUnavailable):
        reconcile(world)


# --- one organization -----------------------------------------------------------------------------


def sync(world: World, organization_id: str = ORG) -> Any:
    route = f"POST /api/organizations/{organization_id}/sync"
    event = http_event(route, claims=MACHINE) | {"pathParameters": {"id": organization_id}}
    return world.call("organizations/sync", event)


def test_a_sync_reads_one_organization_now(world: World) -> None:
    world.chargebee.pay(create(world).body["id"])
    answer = sync(world)
    assert (answer.status, answer.body) == (200, {"organizationId": ORG, "subscriptions": 1, "changed": 1})
    assert sync(world).body["changed"] == 0
    assert json.loads(json.dumps(listed(world)))[0]["status"] == "in_trial"


def test_an_organization_without_a_customer_cannot_be_synced_yet(world: World) -> None:
    answer = sync(world, "org_unheard_of")
    assert answer.status in (404, 409)
    assert world.chargebee.calls() == []


def test_while_chargebee_is_away_a_sync_says_so(world: World) -> None:
    create(world)
    world.chargebee.fail("/", status=429, retry_after=30)
    answer = sync(world)
    assert (answer.status, answer.headers["retry-after"]) == (503, "30")

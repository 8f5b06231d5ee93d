"""From the outbox to the bus and to the team's hooks."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from boto3.dynamodb.types import TypeSerializer

from billing.announcements.published import PublishedAnnouncement
from billing.announcements.relay import HOOKS
from billing.core.errors import InvalidCatalog
from billing.plans.plan import Catalog
from billing.published import SubscriptionAnnouncement
from billing.subscriptions.domain.transition import Transition
from tests.announcements.examples import ANNOUNCEMENTS, publish
from tests.deployment.gateway import failed, sqs_event
from tests.deployment.subscriptions import apply
from tests.deployment.world import World
from tests.subscriptions.examples import NOW, ORG, customer_json, event_json, subscription_json
from tests.yours import YOURS

Heard = list[tuple[str, PublishedAnnouncement]]

_serialize = TypeSerializer().serialize


def stream_event(world: World) -> dict[str, Any]:
    """The outbox rows as the table's stream hands them over."""
    return {
        "Records": [
            {
                "eventID": str(number),
                "eventName": "INSERT",
                "eventSource": "aws:dynamodb",
                "dynamodb": {
                    "Keys": {"pk": {"S": item["pk"]}, "sk": {"S": item["sk"]}},
                    "NewImage": {name: _serialize(value) for name, value in item.items()},
                    "SequenceNumber": str(100 + number),
                    "StreamViewType": "NEW_IMAGE",
                },
            }
            for number, item in enumerate(world.items("OUTBOX#"))
        ]
    }


@pytest.fixture
def bought(world: World) -> World:
    apply(world, event_json("subscription_created", subscription=subscription_json(), customer=customer_json()))
    return world


def test_every_announcement_reaches_the_bus_and_those_with_a_hook_its_queue(bought: World) -> None:
    assert failed(bought.invoke("announcements/relay", stream_event(bought))) == []
    published = bought.account.published
    assert [event["DetailType"] for event in published] == bought.announced()
    assert {(event["Source"], event["EventBusName"]) for event in published} == {("billing", bought.values["Bus"])}
    assert json.loads(published[1]["Detail"])["customerId"] == ORG
    queued = bought.messages("HooksQueue")
    assert [message["transition"] for message in queued] == bought.announced()
    assert len({message["key"] for message in queued}) == 3


def test_a_subscription_is_told_with_its_plans_name_and_limits_and_the_access_that_it_gives(bought: World) -> None:
    bought.invoke("announcements/relay", stream_event(bought))
    subscription = json.loads(bought.account.published[1]["Detail"])["subscription"]
    assert (subscription["plan"], subscription["itemPriceId"], subscription["seats"]) == ("Growth", "growth", 5)
    assert subscription["limits"]["seats"] == 25
    assert subscription["access"] == {"allowed": True, "reason": "active"}


def test_a_catalog_that_cannot_be_read_holds_no_announcement_up(bought: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable() -> Catalog:
        raise InvalidCatalog("the file is broken")

    monkeypatch.setattr("billing.app.wiring.catalog", unreadable)
    assert failed(bought.invoke("announcements/relay", stream_event(bought))) == []
    assert [event["DetailType"] for event in bought.account.published] == bought.announced()
    subscription = json.loads(bought.account.published[1]["Detail"])["subscription"]
    assert (subscription["plan"], subscription["limits"]) == ("growth", {})


def test_the_first_failure_stops_so_that_nothing_overtakes(bought: World) -> None:
    bought.lose("HooksQueue")
    assert failed(bought.invoke("announcements/relay", stream_event(bought))) == ["100"]


def test_a_hook_that_cannot_be_told_now_is_logged_with_its_organization(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    apply(world, event_json("subscription_created", subscription=subscription_json(), customer=customer_json()))
    world.lose("HooksQueue")
    world.invoke("announcements/relay", stream_event(world))
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines() if line.startswith("{")]
    [line] = [each for each in lines if each.get("message") == "relay_failed"]
    assert (line["organization_id"], line["transition"]) == (ORG, "customer.created")


def test_the_relay_begins_again_where_it_stopped(bought: World, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def put_events(_: object, event: PublishedAnnouncement) -> None:
        calls.append(event["transition"])
        if len(calls) == 2:
            raise RuntimeError("the bus is away")

    monkeypatch.setattr("billing.announcements.destinations.EventBridgeBus.publish", put_events)
    assert failed(bought.invoke("announcements/relay", stream_event(bought))) == ["101"]
    assert calls == ["customer.created", "subscription.created"]


def test_a_row_of_a_later_version_is_put_aside_with_its_place_and_none_of_its_content(bought: World) -> None:
    event = stream_event(bought)
    event["Records"][1]["dynamodb"]["NewImage"]["transition"] = {"S": "subscription.from_the_next_version"}
    assert failed(bought.invoke("announcements/relay", event)) == []
    told = bought.announced()
    assert [each["DetailType"] for each in bought.account.published] == [told[0], *told[2:]]
    [letter] = bought.messages("RelayDeadLetters")
    assert letter["row"] == event["Records"][1]["dynamodb"]["Keys"]
    assert letter["requestContext"]["functionArn"].endswith(":announcements/relay")
    assert set(letter) == {"row", "reason", "requestContext"}


def test_a_deletion_and_grants_go_to_the_bus_and_to_no_hook() -> None:
    assert {each for each in Transition if each not in HOOKS} == {
        Transition.DELETED,
        Transition.GRANT_CREATED,
        Transition.GRANT_CHANGED,
        Transition.GRANT_DELETED,
    }


# --- the hooks ------------------------------------------------------------------------------------


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    """Every call of the team's functions."""
    found: Heard = []

    def hook(name: str) -> Callable[[PublishedAnnouncement], None]:
        return lambda event: found.append((name, event))

    for name in set(HOOKS.values()):
        monkeypatch.setattr(f"billing.hooks.{name}", hook(name))
    return found


def message(number: int, transition: str = "subscription.created", organization: str = ORG) -> dict[str, Any]:
    event = publish(ANNOUNCEMENTS[Transition(transition)])
    return {**event, "key": f"{organization}#4#{number}", "organizationId": organization}


def fifo(*bodies: dict[str, Any]) -> dict[str, Any]:
    event = sqs_event(*bodies)
    for record in event["Records"]:
        body = json.loads(record["body"])
        record["attributes"]["MessageGroupId"] = body.get("organizationId") or body["organization_id"]
    return event


def test_each_transition_calls_its_hook_with_what_happened(world: World, heard: Heard) -> None:
    bodies = [message(number, str(transition)) for number, transition in enumerate(HOOKS)]
    assert failed(world.invoke("announcements/run_hook", fifo(*bodies))) == []
    assert [(name, event["transition"]) for name, event in heard] == [(HOOKS[each], each) for each in HOOKS]
    [event] = {each["organizationId"] for _, each in heard}
    assert event == ORG
    assert [event for _, event in heard] == bodies


def test_a_message_of_before_is_told_in_todays_words_and_once(world: World, heard: Heard) -> None:
    before = {
        "key": f"{ORG}#4#1",
        "transition": "subscription.created",
        "organization_id": ORG,
        "customer_id": ORG,
        "at": NOW,
        "subscription": {
            "id": "cb1",
            "customer_id": ORG,
            "status": "active",
            "items": [{"item_price_id": "growth", "item_type": "plan"}],
        },
    }
    assert failed(world.invoke("announcements/run_hook", fifo(before))) == []
    assert failed(world.invoke("announcements/run_hook", fifo(message(1)))) == []
    [(name, event)] = heard
    assert (name, event["key"], event["organizationId"]) == ("on_subscription_created", f"{ORG}#4#1", ORG)
    subscription = cast("SubscriptionAnnouncement", event)["subscription"]
    assert (subscription["status"], subscription["plan"]) == ("active", "Growth")


def test_a_hook_is_called_once_however_often_it_is_told(world: World, heard: Heard) -> None:
    for _ in range(3):
        assert failed(world.invoke("announcements/run_hook", fifo(message(1), message(1)))) == []
    assert len(heard) == 1


def test_a_hook_may_change_what_it_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    keys: list[str] = []
    monkeypatch.setattr("billing.hooks.on_subscription_created", lambda event: keys.append(event.pop("key")))
    for _ in range(2):
        assert failed(world.invoke("announcements/run_hook", fifo(message(1)))) == []
    assert keys == [f"{ORG}#4#1"]


def test_a_hook_that_nobody_would_await_fails_and_is_not_taken_for_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hook(event: PublishedAnnouncement) -> None:
        """From a module of the team's own, which no build reads."""

    monkeypatch.setattr("billing.hooks.on_subscription_created", hook)
    assert failed(world.invoke("announcements/run_hook", fifo(message(1)))) == ["message-1"]
    assert world.items("EVENT#hook") == []


def test_a_hook_that_raises_is_told_again_with_the_same_key_and_holds_up_its_organization_alone(
    world: World, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys: list[str] = []

    def failing(event: PublishedAnnouncement) -> None:
        keys.append(event["key"])
        if event["organizationId"] == ORG:
            raise RuntimeError("the team's code failed")

    monkeypatch.setattr("billing.hooks.on_subscription_created", failing)
    batch = fifo(message(1), message(2, "subscription.activated"), message(1, organization="org_2"))
    assert failed(world.invoke("announcements/run_hook", batch)) == ["message-1", "message-2"]
    assert heard == []
    assert failed(world.invoke("announcements/run_hook", batch)) == ["message-1", "message-2"]
    assert keys == [f"{ORG}#4#1", "org_2#4#1", f"{ORG}#4#1"]


def test_a_hook_that_nobody_wrote_gets_no_message(
    bought: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("billing.app.wiring.CATALOG_FILE", tmp_path / "plans.toml")
    (tmp_path / "plans.toml").write_text((YOURS / "plans.toml").read_text())
    (tmp_path / "hooks.py").write_text("import the_teams_own\n\n\ndef on_customer_create(event): ...\n")
    assert failed(bought.invoke("announcements/relay", stream_event(bought))) == []
    assert [event["DetailType"] for event in bought.account.published] == bought.announced()
    assert [message["transition"] for message in bought.messages("HooksQueue")] == ["customer.created"]


def test_a_message_for_a_hook_that_is_not_written_any_more_is_acknowledged(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("billing.hooks.on_subscription_created")
    assert failed(world.invoke("announcements/run_hook", fifo(message(1)))) == []
    assert world.items("EVENT#hook") == []


def test_an_announcement_without_a_hook_is_acknowledged(world: World, heard: Heard) -> None:
    assert failed(world.invoke("announcements/run_hook", fifo(message(1, "subscription.deleted")))) == []
    assert heard == []


def test_the_shipped_hooks_do_nothing_and_raise_nothing(world: World) -> None:
    bodies = [message(number, str(transition)) for number, transition in enumerate(Transition)]
    assert failed(world.invoke("announcements/run_hook", fifo(*bodies))) == []

from types import SimpleNamespace
from typing import Any

import pytest

from tests.deployment.gateway import failed, sqs_event
from tests.deployment.lambda_runtime import forget_warm_state
from tests.deployment.subscriptions import apply, create, deliver_everything, listed, subscribed, work_off
from tests.deployment.world import World
from tests.subscriptions.examples import ORG, organization_event_json


def provision(world: World, *bodies: object) -> list[str]:
    return failed(world.invoke("organizations/provision", sqs_event(*bodies)))


def organization(world: World) -> dict[str, Any]:
    return world.item(f"ORG#{ORG}", "ORG")


CREATED = organization_event_json()
DELETED = organization_event_json("organization.deleted") | {"id": "evt_deleted"}


def renamed(name: str, event_id: str, update_time: str) -> dict[str, Any]:
    return organization_event_json("organization.updated", display_name=name, update_time=update_time) | {
        "id": event_id
    }


def test_a_new_organization_gets_its_customer_and_its_row(world: World) -> None:
    assert provision(world, CREATED) == []
    customer = world.chargebee.ask("GET", f"/customers/{ORG}")["customer"]
    assert (customer["company"], customer["meta_data"]) == (
        "Acme",
        {"organizationId": ORG, "customerType": "organization"},
    )
    assert (organization(world)["customer_id"], organization(world)["display_name"]) == (ORG, "Acme")
    assert world.announced() == ["customer.created"]


def test_the_same_event_again_creates_nothing(world: World) -> None:
    assert provision(world, CREATED, CREATED) == []
    assert provision(world, CREATED | {"id": "evt_2"}) == []
    assert world.chargebee.called().count("POST /customers") == 1
    assert world.announced() == ["customer.created"]


def test_an_organization_that_subscribed_before_its_webhook_came_keeps_its_customer(world: World) -> None:
    create(world)
    world.chargebee.forget_calls()
    assert provision(world, CREATED) == []
    assert world.chargebee.calls() == []
    assert organization(world)["display_name"] == "Acme"


def test_a_customer_that_cannot_be_created_is_tried_again(world: World) -> None:
    world.chargebee.fail("/customers", status=503)
    assert provision(world, CREATED) == ["message-1"]
    assert world.items() == []
    world.chargebee.recover()
    assert provision(world, CREATED) == []


def test_a_creation_whose_answer_was_lost_ends_with_one_customer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("billing.chargebee.connection.READ_SECONDS", 0.1)
    world.chargebee.fail("/customers", timeout_after=0.3, count=3, method="POST")
    assert provision(world, CREATED) == ["message-1"]
    world.chargebee.recover()
    assert provision(world, CREATED) == []
    assert len(world.chargebee.ask("GET", "/customers")["list"]) == 1


def test_the_hook_adds_to_the_customer_but_cannot_rename_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    added = {"locale": "de", "id": "stolen", "meta_data": {"organizationId": "org_2"}}
    monkeypatch.setattr("billing.hooks.customer_create_params", lambda organization, caller: added)
    assert provision(world, CREATED) == []
    customer = world.chargebee.ask("GET", f"/customers/{ORG}")["customer"]
    assert (customer["locale"], customer["meta_data"]["organizationId"]) == ("de", ORG)


def test_the_newest_name_wins_in_whatever_order_they_come(world: World) -> None:
    new = renamed("Newest", "evt_3", "2026-09-21T16:00:00Z")
    old = renamed("Older", "evt_2", "2026-09-21 15:00:00.5+00:00")
    assert provision(world, CREATED, new, old) == []
    assert organization(world)["display_name"] == "Newest"


def test_a_subscription_that_came_before_anybody_knew_the_organization_is_read_afterwards(world: World) -> None:
    world.chargebee.ask("POST", "/customers", id=ORG)
    world.chargebee.ask(
        "POST",
        f"/customers/{ORG}/subscription_for_items",
        **{"subscription_items[item_price_id][0]": "starter", "id": "cb1", "auto_collection": "off"},
    )
    assert provision(world, CREATED) == []
    work_off(world)
    assert world.item(f"ORG#{ORG}", "SUB#cb1")["status"] == "active"


# --- deletion -------------------------------------------------------------------------------------


def test_a_deleted_organization_is_cancelled_at_once_then_forgotten_and_its_tombstone_stays(world: World) -> None:
    subscription_id = subscribed(world)
    assert provision(world, DELETED) == []
    subscription = world.chargebee.ask("GET", f"/subscriptions/{subscription_id}")["subscription"]
    assert subscription["status"] == "cancelled"
    assert [item["sk"] for item in world.items(f"ORG#{ORG}")] == ["ORG"]
    assert organization(world)["deleted_at"]
    assert "display_name" not in organization(world) or not organization(world)["display_name"]
    assert world.announced()[-2:] == ["subscription.trial_ended", "subscription.cancelled"]


@pytest.mark.parametrize(
    ("fault", "again"), [(503, "given back"), (429, "queued anew"), (400, "given back")], ids=["503", "429", "400"]
)
def test_nothing_is_forgotten_while_it_still_bills(world: World, fault: int, again: str) -> None:
    subscription_id = subscribed(world)
    world.chargebee.fail(f"/subscriptions/{subscription_id}/cancel_for_items", status=fault)
    waiting = world.unseen("ProvisioningQueue")
    given_back = provision(world, DELETED)
    assert (given_back, world.unseen("ProvisioningQueue") - waiting) == (
        (["message-1"], 0) if again == "given back" else ([], 1)
    )
    assert world.item(f"ORG#{ORG}", f"SUB#{subscription_id}")["status"] == "in_trial"
    assert create(world).code in ("organization_deleted", "subscription_exists")
    world.chargebee.recover()
    assert provision(world, DELETED) == []
    assert [item["sk"] for item in world.items(f"ORG#{ORG}")] == ["ORG"]


def test_a_late_creation_or_update_does_not_resurrect(world: World) -> None:
    assert provision(world, CREATED, DELETED) == []
    world.chargebee.forget_calls()
    assert provision(world, CREATED | {"id": "evt_late"}, renamed("Back", "evt_4", "2027-01-01T00:00:00Z")) == []
    assert world.chargebee.calls() == []
    assert organization(world)["deleted_at"]
    assert world.item("EVENT#scalekit#evt_late", "EVENT")["outcome"] == "stale"


def test_an_organization_that_nobody_has_heard_of_can_be_deleted(world: World) -> None:
    assert provision(world, DELETED, CREATED) == []
    assert organization(world)["deleted_at"]


def test_a_late_subscription_of_a_deleted_organization_is_cancelled(world: World) -> None:
    opened = create(world)
    assert provision(world, DELETED) == []
    world.chargebee.pay(opened.body["id"])
    deliver_everything(world)
    subscription = world.chargebee.ask("GET", f"/subscriptions/{opened.body['subscriptionId']}")["subscription"]
    assert subscription["status"] == "cancelled"


def test_an_orphan_that_chargebee_does_not_know_bills_nobody(world: World) -> None:
    assert provision(world, {"type": "billing.cancel_orphan", "organizationId": ORG, "subscriptionId": "gone"}) == []


# --- the queue ------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["created", "updated", "deleted"])
def test_seats_follow_whoever_joins_takes_an_invitation_or_leaves(
    world: World, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    world.values["SeatsFollowMembers"] = "true"
    subscribed(world)
    forget_warm_state()
    monkeypatch.setattr("billing.app.wiring.scalekit", lambda: SimpleNamespace(count_members=lambda _: 4))
    event = {"id": "evt_m", "type": f"user.organization_membership_{change}", "organization_id": ORG, "data": {}}
    assert provision(world, event) == []
    assert [row["seats"] for row in listed(world)] == [4]


def test_a_type_that_nobody_knows_is_acknowledged(world: World) -> None:
    assert provision(world, {"id": "evt_1", "type": "user.login", "data": {}}) == []
    assert (world.items(), world.chargebee.calls()) == ([], [])


def test_a_poisoned_message_takes_nobody_with_it(world: World) -> None:
    nameless = {"id": "evt_x", "type": "organization.created", "data": {}}
    assert provision(world, "{", CREATED, nameless) == ["message-1", "message-3"]
    assert organization(world)["customer_id"] == ORG


def test_behind_a_rate_limit_everything_is_queued_anew_for_when_chargebee_asks(world: World) -> None:
    world.chargebee.fail("/customers", status=429, retry_after=42)
    others = [organization_event_json(id=f"org_{number}") | {"id": f"evt_{number}"} for number in (2, 3)]
    assert provision(world, CREATED, *others) == []
    assert world.chargebee.called() == ["POST /customers"]
    assert world.unseen("ProvisioningQueue") == 3
    world.chargebee.recover()
    assert provision(world, CREATED, *others) == []
    assert world.item("ORG#org_3", "ORG")["customer_id"] == "org_3"


def test_an_import_behind_a_rate_limit_waits_in_its_own_queue_and_holds_up_nothing_else(world: World) -> None:
    world.chargebee.fail("/customers", status=429, retry_after=42)
    assert failed(world.invoke("organizations/import", sqs_event(CREATED))) == []
    assert (world.unseen("ImportsQueue"), world.unseen("ProvisioningQueue")) == (1, 0)
    world.chargebee.recover()
    work_off(world)
    assert organization(world)["customer_id"] == ORG


def test_an_import_takes_the_customer_that_is_there_already(world: World) -> None:
    world.chargebee.ask("POST", "/customers", id=ORG)
    assert failed(world.invoke("organizations/import", sqs_event(CREATED))) == []
    assert organization(world)["customer_id"] == ORG


def test_a_message_that_cannot_be_queued_anew_is_given_back(world: World) -> None:
    world.chargebee.fail("/customers", status=429, retry_after=42)
    world.lose("ProvisioningQueue")
    assert provision(world, CREATED) == ["message-1"]


def test_a_resync_reads_everything_of_the_customers(world: World) -> None:
    opened = create(world)
    world.chargebee.pay(opened.body["id"])
    assert provision(world, {"type": "billing.resync", "organizationId": ORG, "subscriptionId": ""}) == []
    assert world.item(f"ORG#{ORG}", f"SUB#{opened.body['subscriptionId']}")["status"] == "in_trial"
    apply(world, *world.chargebee.events())
    assert world.announced().count("subscription.created") == 1

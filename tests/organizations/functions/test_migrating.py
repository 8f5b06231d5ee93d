"""A team that bills with Chargebee already: its customers are found or mapped in any order, and none is doubled."""

import json
import time
from typing import Any

import pytest

from tests.app.functions.scalekit import Scalekit
from tests.deployment.gateway import MACHINE, failed, http_event, sqs_event
from tests.deployment.lambda_runtime import Answer, forget_warm_state
from tests.deployment.subscriptions import apply, work_off
from tests.deployment.world import World
from tests.subscriptions.examples import organization_event_json

ORGANIZATIONS = ("org_1", "org_2", "org_3")
TEN_YEARS = 315_360_000


@pytest.fixture(autouse=True)
def scalekit(monkeypatch: pytest.MonkeyPatch) -> Scalekit:
    """Every organization is there, and no webhook has told of it."""
    known = Scalekit(*(organization_event_json(id=each, display_name=each)["data"] for each in ORGANIZATIONS))
    monkeypatch.setattr("billing.app.wiring.scalekit", lambda: known)
    return known


@pytest.fixture(autouse=True)
def customers(world: World) -> None:
    """Each has had a customer with a subscription for long, under an id of its own, and no webhook has told of it."""
    for organization_id in ORGANIZATIONS:
        subscribe(world, old(organization_id))


def old(organization_id: str) -> str:
    return f"old-{organization_id}"


def subscribe(world: World, customer_id: str) -> None:
    world.chargebee.ask("POST", "/customers", id=customer_id, meta_data='{"crm": "c7"}')
    plan = {"subscription_items[item_price_id][0]": "starter", "auto_collection": "off"}
    world.chargebee.ask("POST", f"/customers/{customer_id}/subscription_for_items", id=f"sub-{customer_id}", **plan)


def put(world: World, organization_id: str, customer_id: str) -> Answer:
    event = http_event(
        f"PUT /api/organizations/{organization_id}", claims=MACHINE, body={"customerId": customer_id}
    ) | {"pathParameters": {"id": organization_id}}
    answer = world.call("organizations/save", event)
    work_off(world)
    return answer


def reconcile(world: World) -> dict[str, Any]:
    """As the schedule does once the news of before is overdue."""
    forget_warm_state()
    world.freeze(int(time.time()) + 3_600)
    found = world.invoke("app/reconcile", {"task": "reconcile", "window": TEN_YEARS})
    while messages := world.messages("EventsQueue"):
        assert failed(world.invoke("subscriptions/apply_event", sqs_event(*messages))) == []
    work_off(world)
    return found


def mapping_is_done(world: World) -> None:
    """The team deploys again, with the parameter set."""
    world.values["ProvisionExisting"] = "true"


def check_mapped(world: World) -> None:
    for organization_id in ORGANIZATIONS:
        row = world.item(f"ORG#{organization_id}", "ORG")
        assert (row["customer_id"], row["live"]) == (old(organization_id), {f"sub-{old(organization_id)}"})


def customer_ids(world: World) -> set[str]:
    return {each["customer"]["id"] for each in world.chargebee.ask("GET", "/customers")["list"]}


def stamp(world: World, customer_id: str, organization_id: str) -> None:
    meta_data = json.dumps({"crm": "c7", "organizationId": organization_id})
    world.chargebee.ask("POST", f"/customers/{customer_id}", meta_data=meta_data)


def made_here(world: World, organization_id: str = "org_1") -> None:
    """Somebody was faster than the mapping, and the organization has a customer of its own id."""
    created = organization_event_json(id=organization_id)
    assert failed(world.invoke("organizations/provision", sqs_event(created))) == []


# --- the schedule and the mapping, in both orders -------------------------------------------------


def test_the_schedule_makes_no_customer_before_the_mapping_is_done(world: World) -> None:
    found = reconcile(world)
    assert found["organizations"] == {"read": 3, "queued": 0}
    assert customer_ids(world) == {*map(old, ORGANIZATIONS)}


@pytest.mark.parametrize("first", ["the mapping", "the schedule", "the schedule, told that the mapping is done"])
def test_every_payer_keeps_its_customer_and_its_access_whichever_comes_first(world: World, first: str) -> None:
    if first != "the mapping":
        if "done" in first:
            mapping_is_done(world)
        reconcile(world)
    for organization_id in ORGANIZATIONS:
        answer = put(world, organization_id, old(organization_id))
        assert answer.status == 200, answer.text
    check_mapped(world)
    mapping_is_done(world)
    reconcile(world)
    check_mapped(world)


def test_whoever_has_no_customer_gets_one_once_the_mapping_is_done(world: World) -> None:
    put(world, "org_1", old("org_1"))
    mapping_is_done(world)
    assert reconcile(world)["organizations"]["queued"] == 3  # the mapped one lacks its name
    assert customer_ids(world) == {*map(old, ORGANIZATIONS), "org_2", "org_3"}
    assert world.item("ORG#org_1", "ORG")["display_name"] == "org_1"


def test_a_renamed_organization_from_before_gets_its_name_and_no_customer(world: World) -> None:
    renamed = organization_event_json("organization.updated", display_name="New")
    assert failed(world.invoke("organizations/provision", sqs_event(renamed))) == []
    assert world.item("ORG#org_1", "ORG")["display_name"] == "New"
    assert "org_1" not in customer_ids(world)


def test_what_was_there_before_is_announced_as_migrated_and_what_comes_later_is_not(world: World) -> None:
    world.freeze(int(time.time()) + 60)
    put(world, "org_1", old("org_1"))
    plan = {"subscription_items[item_price_id][0]": "starter", "auto_collection": "off", "id": "later"}
    world.chargebee.advance(120)
    world.chargebee.ask("POST", f"/customers/{old('org_1')}/subscription_for_items", **plan)
    apply(world, *world.chargebee.events())
    told = [(item.get("subscription", {}).get("id"), item.get("content")) for item in world.items("OUTBOX#org_1")]
    migrated = {"migrated": True}
    assert told[:3] == [(None, migrated), ("sub-old-org_1", migrated), ("sub-old-org_1", migrated)]
    assert {each for each, content in told[3:] if content is None} == {"later"}


# --- the customer says whose it is -----------------------------------------------------------------


def test_a_customer_from_before_that_bears_the_organizations_own_id_is_announced_as_migrated_too(world: World) -> None:
    plan = {"subscription_items[item_price_id][0]": "starter", "auto_collection": "off", "id": "old"}
    world.chargebee.ask("POST", "/customers", id="org_9")
    world.chargebee.ask("POST", "/customers/org_9/subscription_for_items", **plan)
    world.freeze(int(time.time()) + 60)
    put(world, "org_9", "org_9")
    apply(world, *world.chargebee.events())
    told = [item.get("content") for item in world.items("OUTBOX#org_9")]
    assert told == [{"migrated": True}] * 4


def test_a_customer_that_is_stamped_at_chargebee_is_mapped_by_its_event(world: World) -> None:
    for organization_id in ORGANIZATIONS:
        stamp(world, old(organization_id), organization_id)
    apply(world, *(each for each in world.chargebee.events() if each["event_type"] == "customer_changed"))
    work_off(world)
    check_mapped(world)


def test_a_customer_that_was_stamped_before_is_found_by_reconciling(world: World) -> None:
    for organization_id in ORGANIZATIONS:
        stamp(world, old(organization_id), organization_id)
    assert reconcile(world)["customers"]["queued"] == 3
    check_mapped(world)


def test_a_stamped_customer_takes_the_place_of_one_that_was_made_here_and_never_used(world: World) -> None:
    for organization_id in ORGANIZATIONS:
        made_here(world, organization_id)
        stamp(world, old(organization_id), organization_id)
    apply(world, *(each for each in world.chargebee.events() if each["event_type"] == "customer_changed"))
    work_off(world)
    check_mapped(world)


# --- what gives way, and what does not -------------------------------------------------------------


def test_the_customer_that_gave_way_stays_at_chargebee_and_names_nobody(world: World) -> None:
    made_here(world)
    assert put(world, "org_1", old("org_1")).status == 200
    left = world.chargebee.ask("GET", "/customers/org_1")["customer"]["meta_data"]
    assert (left["organizationId"], left["formerOrganizationId"]) == ("", "org_1")
    apply(world, *world.chargebee.events())
    work_off(world)
    assert world.item("ORG#org_1", "ORG")["customer_id"] == old("org_1")


def test_a_customer_that_bought_something_does_not_give_way_and_is_alarmed(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    made_here(world)
    plan = {"subscription_items[item_price_id][0]": "starter", "auto_collection": "off"}
    world.chargebee.ask("POST", "/customers/org_1/subscription_for_items", id="sub_1", **plan)
    assert put(world, "org_1", old("org_1")).code == "customer_conflict"
    stamp(world, old("org_1"), "org_1")
    apply(world, world.chargebee.events()[-1])
    work_off(world)
    assert world.item("ORG#org_1", "ORG")["customer_id"] == "org_1"
    assert '"customer_of_known_organization":[1.0]' in capfd.readouterr().out


def test_a_customer_that_was_only_invoiced_does_not_give_way(world: World) -> None:
    made_here(world)
    charge = {"charges[amount][0]": "500", "charges[description][0]": "Setup", "auto_collection": "off"}
    world.chargebee.ask("POST", "/invoices/create_for_charge_items_and_charges", customer_id="org_1", **charge)
    assert put(world, "org_1", old("org_1")).code == "customer_conflict"


def test_what_the_customer_that_gave_way_buys_after_all_is_alarmed(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    made_here(world)
    put(world, "org_1", old("org_1"))
    plan = {"subscription_items[item_price_id][0]": "starter", "auto_collection": "off"}
    world.chargebee.ask("POST", "/customers/org_1/subscription_for_items", id="sub_1", **plan)
    apply(world, *(each for each in world.chargebee.events() if each["event_type"] == "subscription_created"))
    work_off(world)
    assert world.item("ORG#org_1", "ORG")["live"] == {"sub-old-org_1"}
    assert '"customer_of_known_organization":[1.0]' in capfd.readouterr().out


def test_another_customer_from_before_does_not_give_way(world: World) -> None:
    put(world, "org_1", old("org_1"))
    world.chargebee.ask("POST", "/customers", id="old-2")
    assert put(world, "org_1", "old-2").code == "customer_conflict"

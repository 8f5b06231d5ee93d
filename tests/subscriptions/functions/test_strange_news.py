"""News of Chargebee's that nobody here has seen before: they leave a state that is safe, and poison nothing."""

from typing import Any

import pytest

from tests.deployment.gateway import ADMIN, http_event, sqs_event
from tests.deployment.subscriptions import apply, create, listed, work_off
from tests.deployment.world import World
from tests.subscriptions.examples import NOW, customer_json, event_json, organization_event_json, subscription_json


@pytest.fixture(autouse=True)
def provisioned(world: World) -> None:
    world.freeze(NOW)
    world.invoke("organizations/provision", sqs_event(organization_event_json()))


def told(event_id: str = "ev_1", **fields: Any) -> dict[str, Any]:
    content = {"subscription": subscription_json(**fields), "customer": customer_json()}
    return event_json("subscription_created", event_id) | {"content": content}


def gate(world: World) -> dict[str, Any]:
    event = http_event("GET /api/access", claims=ADMIN, query="itemPriceId=growth")
    answer: dict[str, Any] = world.call("subscriptions/access", event).body
    return answer


def test_a_first_event_without_items_is_asked_about_and_list_and_gate_say_the_same(world: World) -> None:
    plan = {"subscription_items[item_price_id][0]": "growth", "subscription_items[quantity][0]": "5"}
    world.chargebee.ask("POST", "/customers/org_1/subscription_for_items", id="cb1", auto_collection="off", **plan)
    apply(world, told(subscription_items=None, resource_version=1))
    [row] = listed(world)
    assert row["access"] == {"allowed": False, "reason": "items_unknown"}
    work_off(world)
    [row] = listed(world)
    assert (row["access"]["allowed"], row["seats"]) == (True, 5)
    assert gate(world) == row["access"]


def test_the_gate_says_no_to_items_that_nobody_has_told_and_has_them_asked_for(world: World) -> None:
    plan = {"subscription_items[item_price_id][0]": "growth", "subscription_items[quantity][0]": "5"}
    world.chargebee.ask("POST", "/customers/org_1/subscription_for_items", id="cb1", auto_collection="off", **plan)
    apply(world, told(subscription_items=None, resource_version=1))
    world.messages("ProvisioningQueue")  # what the event itself has asked for is lost
    assert gate(world) == {"allowed": False, "reason": "items_unknown"}
    work_off(world)
    assert gate(world)["allowed"]


def test_while_chargebee_knows_no_items_either_list_and_gate_say_no(world: World) -> None:
    apply(world, told(subscription_items=None))
    work_off(world)
    assert gate(world) == listed(world)[0]["access"] == {"allowed": False, "reason": "items_unknown"}
    assert create(world).code == "subscription_exists"


def test_a_status_that_nobody_knows_blocks_a_second_purchase_grants_nothing_and_alarms(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    apply(world, told(status="half_active"))
    [row] = listed(world)
    assert (row["status"], row["access"]) == ("unknown", {"allowed": False, "reason": "unknown"})
    assert gate(world) == row["access"]
    assert create(world).code == "subscription_exists"
    assert '"unknown_status":[1.0]' in capfd.readouterr().out
    apply(world, told("ev_2", resource_version=subscription_json()["resource_version"] + 1))
    assert gate(world)["allowed"]


@pytest.mark.parametrize(
    "fields",
    [
        {"id": 7},
        {"id": "x" * 3_000},
        {"customer_id": ["org_1"]},
        {"subscription_items": [{"item_price_id": {}}], "contract_term": "none", "meta_data": "{"},
        {"resource_version": 10**40, "total_dues": 10**40, "trial_end": "soon"},
        {"currency_code": "\ud800", "cancel_reason": 1.5, "contract_term": {"a": [1.5, None]}},
        {"subscription_items": [{"item_price_id": "growth", "quantity": 2.5, "tiers": [[1.5]]}]},
    ],
    ids=lambda fields: str(fields)[:40],
)
def test_fields_of_odd_types_poison_nothing(world: World, fields: dict[str, Any]) -> None:
    event = told()
    event["content"]["subscription"] |= fields
    apply(world, event)
    assert world.items("EVENT#chargebee#ev_1") != []


def test_contents_of_the_first_version_of_the_api_are_understood(world: World) -> None:
    old = told(customer_id=None, subscription_items=None, plan_id="growth", plan_quantity=5)
    apply(world, old | {"api_version": "v1"})
    [row] = listed(world)
    assert (row["itemPriceId"], row["seats"], row["access"]["allowed"]) == ("growth", 5, True)


@pytest.mark.parametrize("subscription_id", ["~", "~~", "\u00ff1"])
def test_an_id_that_sorts_behind_the_others_is_seen_and_nothing_is_sold_beside_it(
    world: World, subscription_id: str
) -> None:
    apply(world, told(id=subscription_id))
    assert [each["chargebeeSubscriptionId"] for each in listed(world)] == [subscription_id]
    assert gate(world)["allowed"]
    assert create(world).code == "subscription_exists"

"""The organization API of the team's backend."""

from typing import Any

import pytest

from billing.table.codec import SHARDS
from tests.deployment.gateway import ADMIN, MACHINE, http_event
from tests.deployment.lambda_runtime import Answer
from tests.deployment.subscriptions import apply, create, deliver_everything, subscribed, work_off
from tests.deployment.world import World
from tests.subscriptions.examples import customer_json, event_json, subscription_json

FUNCTIONS = {"PUT": "organizations/save", "GET": "organizations/read", "DELETE": "organizations/delete"}


def call(
    world: World, method: str, organization_id: str = "org_1", body: object = None, claims: Any = MACHINE
) -> Answer:
    event = http_event(f"{method} /api/organizations/{organization_id}", claims=claims, body=body)
    return world.call(FUNCTIONS[method], event | {"pathParameters": {"id": organization_id}})


def put(world: World, organization_id: str = "org_1", **body: Any) -> Answer:
    return call(world, "PUT", organization_id, body)


def page(world: World, query: str = "") -> Answer:
    return world.call("organizations/list", http_event("GET /api/organizations", claims=MACHINE, query=query))


def ids(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.text
    return [each["id"] for each in answer.body["organizations"]]


def subscribes(world: World, organization_id: str, plan: str) -> None:
    """An event tells of an active subscription of that organization."""
    row = subscription_json(
        id=f"cb_{organization_id}",
        customer_id=organization_id,
        subscription_items=[{"item_price_id": plan, "item_type": "plan", "quantity": 1}],
    )
    customer = customer_json(id=organization_id, meta_data={"organizationId": organization_id})
    event = event_json("subscription_created", f"ev_{organization_id}_{plan}")
    apply(world, event | {"content": {"subscription": row, "customer": customer}})


# --- who ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", FUNCTIONS)
@pytest.mark.parametrize(
    "claims", [ADMIN, ADMIN | {"scopes": ["billing:admin"]}, MACHINE | {"scopes": ["usage:write"]}]
)
def test_only_a_machine_with_the_scope_may(world: World, method: str, claims: dict[str, Any]) -> None:
    answer = call(world, method, body={}, claims=claims)
    assert (answer.status, answer.code) == (403, "forbidden")
    assert world.untouched()


@pytest.mark.parametrize("organization_id", ["", "a#b", "ä", "x" * 101])
@pytest.mark.parametrize("method", FUNCTIONS)
def test_what_no_organization_could_be_called_is_refused(world: World, method: str, organization_id: str) -> None:
    assert call(world, method, organization_id, {}).code == "invalid_request"
    assert world.untouched()


# --- PUT ----------------------------------------------------------------------------------------


def test_an_unknown_organization_is_created_with_its_customer(world: World) -> None:
    answer = put(world, displayName="Acme")
    assert (answer.status, answer.body) == (
        200,
        {"organization": {"id": "org_1", "displayName": "Acme", "customerId": "org_1", "trialUsedAt": None}},
    )
    customer = world.chargebee.ask("GET", "/customers/org_1")["customer"]
    assert (customer["company"], customer["meta_data"]["organizationId"]) == ("Acme", "org_1")
    assert world.announced() == ["customer.created"]


def test_what_is_omitted_stays_and_what_is_so_already_is_not_written(world: World) -> None:
    put(world, displayName="Acme")
    version = world.item("ORG#org_1", "ORG")["version"]
    assert put(world).body["organization"]["displayName"] == "Acme"
    assert put(world, displayName="Acme").status == 200
    assert world.item("ORG#org_1", "ORG")["version"] == version
    assert put(world, displayName="Acme Ltd").body["organization"]["displayName"] == "Acme Ltd"


@pytest.mark.parametrize("body", [{"name": "Acme"}, {"displayName": ""}, {"displayName": 5}, {"customerId": ""}, []])
def test_a_body_that_is_not_exactly_right_is_refused(world: World, body: object) -> None:
    assert call(world, "PUT", body=body).code == "invalid_request"
    assert world.untouched()


def test_a_customer_that_predates_us_is_mapped_stamped_and_read(world: World) -> None:
    world.chargebee.ask("POST", "/customers", id="old_1", meta_data='{"crm": "c7"}')
    assert put(world, customerId="old_1").body["organization"]["customerId"] == "old_1"
    stamped = world.chargebee.ask("GET", "/customers/old_1")["customer"]["meta_data"]
    assert stamped == {"crm": "c7", "organizationId": "org_1", "customerType": "organization"}
    assert world.item("CUSTOMER#old_1", "CUSTOMER")["organization_id"] == "org_1"
    assert [message["type"] for message in world.messages("ProvisioningQueue")] == ["billing.resync"]
    assert world.chargebee.called().count("POST /customers") == 1


def test_a_mapping_that_was_interrupted_is_completed_by_repeating_it(world: World) -> None:
    world.chargebee.ask("POST", "/customers", id="old_1")
    world.chargebee.fail("/customers/old_1", method="POST", status=500, count=9)
    assert put(world, customerId="old_1").status == 502
    world.chargebee.recover()
    assert put(world, customerId="old_1").status == 200
    assert world.chargebee.ask("GET", "/customers/old_1")["customer"]["meta_data"]["organizationId"] == "org_1"
    assert len(world.messages("ProvisioningQueue")) == 1


def test_a_customer_that_chargebee_does_not_have_is_refused(world: World) -> None:
    answer = put(world, customerId="nobody")
    assert (answer.status, answer.code, world.items()) == (400, "unknown_customer", [])


def test_an_organization_keeps_the_customer_that_it_uses(world: World) -> None:
    subscribed(world)
    world.chargebee.ask("POST", "/customers", id="old_1")
    answer = put(world, customerId="old_1", displayName="Other")
    assert (answer.status, answer.code) == (409, "customer_conflict")
    assert "display_name" not in world.item("ORG#org_1", "ORG") or world.item("ORG#org_1", "ORG")["display_name"] == ""


def test_nobody_takes_another_organizations_customer(world: World) -> None:
    put(world, "org_2")
    world.chargebee.ask("POST", "/customers", id="old_3")
    put(world, "org_3", customerId="old_3")
    world.chargebee.ask("POST", "/customers/old_3", meta_data="{}")
    for theirs in ("org_2", "old_3"):
        answer = put(world, customerId=theirs)
        assert (answer.status, answer.code) == (409, "customer_conflict")
    assert world.items("ORG#org_1") == []


def test_a_customer_that_is_mapped_and_not_stamped_yet_is_not_given_to_the_organization_of_its_id(world: World) -> None:
    world.chargebee.ask("POST", "/customers", id="acme")
    world.chargebee.fail("/customers/acme", method="POST", status=500, count=9)
    assert put(world, customerId="acme").status == 502
    world.chargebee.recover()
    answer = put(world, "acme", displayName="Acme")
    assert (answer.status, answer.code) == (409, "customer_of_another_organization")
    assert world.items("ORG#acme") == []


def test_a_sync_takes_no_customer_that_is_mapped_and_not_stamped_yet_for_its_id(world: World) -> None:
    world.chargebee.ask("POST", "/customers", id="acme")
    world.chargebee.fail("/customers/acme", method="POST", status=500, count=9)
    assert put(world, customerId="acme").status == 502
    world.chargebee.recover()
    event = http_event("POST /api/organizations/acme/sync", claims=MACHINE) | {"pathParameters": {"id": "acme"}}
    answer = world.call("organizations/sync", event)
    assert (answer.status, answer.code) == (409, "conflict")
    assert world.items("ORG#acme") == []


def test_news_of_a_customer_that_is_mapped_and_not_stamped_yet_is_no_news_of_the_organization_of_its_id(
    world: World,
) -> None:
    world.chargebee.ask("POST", "/customers", id="acme")
    world.chargebee.fail("/customers/acme", method="POST", status=500, count=9)
    assert put(world, customerId="acme").status == 502
    world.put(pk="ORG#acme", sk="ORG", id="acme", version=1)
    row = subscription_json(id="theirs", customer_id="acme")
    customer = customer_json(id="acme", meta_data={})
    apply(world, event_json("subscription_created", "ev_1") | {"content": {"subscription": row, "customer": customer}})
    assert [each["pk"] for each in world.items("ORG#") if each["sk"] == "SUB#theirs"] == ["ORG#org_1"]


def test_deleting_an_organization_cancels_nothing_of_another_whose_customer_bears_its_id(world: World) -> None:
    world.chargebee.ask("POST", "/customers", id="acme")
    row = {"subscription_items[item_price_id][0]": "starter"}
    world.chargebee.ask("POST", "/customers/acme/subscription_for_items", id="theirs", auto_collection="off", **row)
    assert put(world, customerId="acme").status == 200
    world.chargebee.ask("POST", "/customers/acme", meta_data="{}")
    world.put(pk="ORG#acme", sk="ORG", id="acme", version=1)
    assert call(world, "DELETE", "acme").status == 200
    assert world.chargebee.ask("GET", "/subscriptions/theirs")["subscription"]["status"] == "active"


def test_a_deleted_organization_does_not_come_back(world: World) -> None:
    put(world)
    assert call(world, "DELETE").status == 200
    for method in ("PUT", "GET"):
        answer = call(world, method, body={})
        assert (answer.status, answer.code) == (410, "organization_deleted")


# --- GET ----------------------------------------------------------------------------------------


def test_an_organization_is_read_whole(world: World) -> None:
    subscription_id = subscribed(world)
    answer = call(world, "GET")
    assert answer.status == 200, answer.text
    body = answer.body
    assert set(body) == {"organization", "subscriptions", "plan", "plans", "entitlements", "wallets", "autoTopUp"}
    assert body["organization"]["trialUsedAt"] is not None
    assert [(row["id"], row["status"]) for row in body["subscriptions"]] == [(subscription_id, "in_trial")]
    assert (body["plan"], body["entitlements"]["api-calls"]["balance"]["limit"]) == ("growth", 10_000)


def test_an_organization_that_nobody_has_heard_of_is_not_found(world: World) -> None:
    for method in ("GET", "DELETE"):
        answer = call(world, method)
        assert (answer.status, answer.code) == (404, "organization_not_found")
    assert world.items() == []


# --- DELETE -------------------------------------------------------------------------------------


def test_a_deleted_organization_is_billed_no_more_and_deleting_it_again_is_safe(world: World) -> None:
    subscription_id = subscribed(world)
    for _ in range(2):
        answer = call(world, "DELETE")
        assert (answer.status, answer.body) == (200, {"id": "org_1", "deleted": True})
    assert world.chargebee.ask("GET", f"/subscriptions/{subscription_id}")["subscription"]["status"] == "cancelled"
    assert [item["sk"] for item in world.items("ORG#org_1")] == ["ORG"]
    assert world.announced().count("subscription.cancelled") == 1


def test_while_chargebee_cannot_confirm_the_rows_stay(world: World) -> None:
    subscription_id = subscribed(world)
    world.chargebee.fail(f"/subscriptions/{subscription_id}/cancel_for_items", status=500, count=9)
    assert call(world, "DELETE").status == 502
    assert [item["sk"] for item in world.items("ORG#org_1")] == ["ORG", f"SUB#{subscription_id}"]
    world.chargebee.recover()
    assert call(world, "DELETE").status == 200


# --- the list -----------------------------------------------------------------------------------


def test_organizations_are_listed_in_the_order_of_their_ids_by_pages(world: World) -> None:
    for number in range(5):
        put(world, f"org_{number}", displayName=f"Number {number}")
    first = page(world, "limit=2")
    second = page(world, f"limit=2&cursor={first.body['cursor']}")
    third = page(world, f"limit=2&cursor={second.body['cursor']}")
    assert [ids(each) for each in (first, second, third)] == [["org_0", "org_1"], ["org_2", "org_3"], ["org_4"]]
    assert third.body["cursor"] is None
    assert page(world, "limit=5").body["cursor"] is None
    assert first.body["organizations"][0] == {
        "id": "org_0",
        "displayName": "Number 0",
        "customerId": "org_0",
        "trialUsedAt": None,
        "plan": "free",
    }


def test_a_page_costs_one_query_of_each_partition(world: World) -> None:
    put(world)
    page(world)  # reads the plans, which are then trusted for a minute
    world.account.calls.clear()
    assert ids(page(world, "limit=3")) == ["org_1"]
    assert world.account.calls == ["dynamodb.Query"] * (1 + SHARDS)


def test_a_plans_organizations_are_those_that_subscribe_to_it(world: World) -> None:
    for organization_id, plan in (("org_1", "growth"), ("org_2", "starter"), ("org_3", "growth")):
        subscribes(world, organization_id, plan)
    put(world, "org_4")
    create(world, claims=ADMIN | {"oid": "org_5"})  # opened and not paid: it gives nothing
    assert ids(page(world, "plan=growth")) == ["org_1", "org_3"]
    assert ids(page(world, "plan=starter")) == ["org_2"]
    assert ids(page(world, "plan=free")) == ["org_4", "org_5"]
    assert ids(page(world, "plan=grow")) == []
    assert ids(page(world)) == ["org_1", "org_2", "org_3", "org_4", "org_5"]


def test_the_list_follows_what_happens(world: World) -> None:
    subscription_id = subscribed(world)
    assert ids(page(world, "plan=growth")) == ["org_1"]
    world.chargebee.ask("POST", f"/subscriptions/{subscription_id}/cancel_for_items", cancel_option="immediately")
    deliver_everything(world)
    assert (ids(page(world, "plan=growth")), ids(page(world, "plan=free"))) == ([], ["org_1"])
    call(world, "DELETE")
    work_off(world)
    assert ids(page(world)) == []


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=101", "limit=1e2", "limit=-1", "limit=", "cursor=%00", "cursor=a", "cursor=_w=="),
        "cursor=" + "YWFh" * 400,  # no key of the table is as long as what it says
        "plan=" + "x" * 2048,
    ],
)
def test_a_wrong_cursor_or_limit_is_refused(world: World, query: str) -> None:
    assert page(world, query).code == "invalid_request"

"""How often each flow crosses the network, once its function is warm: counted, not timed.

Every call to AWS is one, retries too, and so is every call that Chargebee receives. Reading a secret is not: a warm
function does it once in five minutes, as it reads the plans once a minute.
"""

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.deployment.gateway import ADMIN, MACHINE, http_event, sqs_event
from tests.deployment.metering import adjust, calls, entitlement, machine_call, read, used
from tests.deployment.subscriptions import CREATE, GROWTH, apply, create, subscribed
from tests.deployment.world import READ_SECRET, WEBHOOK_SECRET, World
from tests.scalekit.signatures import signed_headers
from tests.subscriptions.examples import (
    NOW,
    ORG,
    TERM_END,
    customer_json,
    event_json,
    organization_event_json,
    subscription_json,
)

QUERY, TRANSACTION, PUT = "dynamodb.Query", "dynamodb.TransactWriteItems", "dynamodb.PutItem"
UPDATE, READ, SEND = "dynamodb.UpdateItem", "dynamodb.GetItem", "sqs.SendMessage"
SEND_BATCH = f"{SEND}Batch"


def trips(world: World, call: Callable[[], object]) -> tuple[list[str], list[str]]:
    """What one call costs: the calls to AWS, and those to Chargebee."""
    world.account.start_over()
    world.chargebee.forget_calls()
    call()
    return [each for each in world.account.calls if each != READ_SECRET], world.chargebee.called()


def told(event_id: str, version: int, **fields: Any) -> dict[str, Any]:
    content = {"subscription": subscription_json(resource_version=version, **fields), "customer": customer_json()}
    return event_json("subscription_changed", event_id) | {"content": content}


def delivery(world: World, event: dict[str, Any]) -> Callable[[], object]:
    return lambda: world.invoke("subscriptions/apply_event", sqs_event(event))


def checkout(world: World) -> Callable[[], object]:
    return lambda: world.invoke("subscriptions/create", http_event(CREATE, claims=ADMIN, body=GROWTH))


def test_accepting_a_webhook_of_scalekits_costs_one_message(world: World) -> None:
    body = json.dumps(organization_event_json()).encode()
    headers = signed_headers(WEBHOOK_SECRET, "msg_1", body, int(time.time()))
    event = http_event("POST /api/webhooks/scalekit", body=body, headers=headers)
    assert trips(world, lambda: world.invoke("scalekit/webhook", event)) == ([SEND], [])


def test_accepting_a_webhook_of_chargebees_costs_one_message(world: World) -> None:
    headers = {"authorization": "Basic " + base64.b64encode(b"chargebee:current password").decode()}
    event = http_event("POST /api/webhooks/chargebee", body=told("ev_1", 1), headers=headers)
    assert trips(world, lambda: world.invoke("chargebee/webhook", event)) == ([SEND], [])


def test_a_warm_webhook_does_not_read_its_secret_again(world: World) -> None:
    event = http_event("POST /api/webhooks/chargebee", body=told("ev_1", 1))
    world.invoke("chargebee/webhook", event)
    world.account.start_over()
    world.invoke("chargebee/webhook", event)
    assert world.account.calls == []


def test_applying_an_event_costs_a_query_and_a_transaction(world: World) -> None:
    apply(world, told("ev_1", 1))
    assert trips(world, delivery(world, told("ev_2", 2, status="paused"))) == ([QUERY, TRANSACTION], [])
    assert trips(world, delivery(world, told("ev_3", 1, id="cb2", status="cancelled"))) == ([QUERY, TRANSACTION], [])


def test_a_second_live_subscription_also_asks_the_catalog_whether_it_is_of_another_line(world: World) -> None:
    apply(world, told("ev_1", 1))
    second = delivery(world, told("ev_2", 1, id="cb2"))
    assert trips(world, second) == ([QUERY, TRANSACTION, QUERY, QUERY], [])


def test_the_very_first_news_of_an_organization_also_looks_for_another_owner_of_its_customer_and_asks_for_the_rest(
    world: World,
) -> None:
    assert trips(world, delivery(world, told("ev_1", 1))) == ([QUERY, READ, SEND, TRANSACTION], [])


def test_a_duplicate_costs_no_more(world: World) -> None:
    apply(world, told("ev_1", 1))
    assert trips(world, delivery(world, told("ev_1", 1))) == ([QUERY, PUT], [])


def test_old_news_costs_no_more(world: World) -> None:
    apply(world, told("ev_2", 2))
    assert trips(world, delivery(world, told("ev_1", 1, status="paused"))) == ([QUERY, PUT], [])


def test_news_of_nobody_in_particular_costs_one_write(world: World) -> None:
    assert trips(world, delivery(world, event_json("item_price_created"))) == ([PUT], [])


def test_listing_costs_one_query(world: World) -> None:
    world.freeze(NOW)
    apply(world, told("ev_1", 1))
    event = http_event("GET /api/subscription/list", claims=ADMIN)
    world.invoke("subscriptions/list", event)
    assert trips(world, lambda: world.invoke("subscriptions/list", event)) == ([QUERY], [])


def test_the_gate_costs_one_query(world: World) -> None:
    world.freeze(NOW)
    apply(world, told("ev_1", 1))
    event = http_event("GET /api/access", claims=ADMIN, query="itemPriceId=growth")
    assert trips(world, lambda: world.invoke("subscriptions/access", event)) == ([QUERY], [])


def test_without_news_of_chargebee_the_gate_also_queues_a_task_once_a_minute(world: World) -> None:
    apply(world, told("ev_1", 1))
    world.freeze(TERM_END + 3_600)
    event = http_event("GET /api/access", claims=ADMIN, query="itemPriceId=growth")
    assert trips(world, lambda: world.invoke("subscriptions/access", event)) == ([QUERY, UPDATE, SEND], [])
    assert trips(world, lambda: world.invoke("subscriptions/access", event)) == ([QUERY, UPDATE], [])


def test_the_plans_and_the_session_cost_nothing_once_they_are_known(world: World) -> None:
    plans, session = http_event("GET /api/plans", claims=ADMIN), http_event("GET /api/session", claims=ADMIN)
    world.invoke("plans/list", plans)
    assert trips(world, lambda: world.invoke("plans/list", plans)) == ([], [])
    assert trips(world, lambda: world.invoke("runtime/session", session)) == ([], [])


def test_a_checkout_of_a_mapped_organization_costs_two_updates_and_is_two_calls_deep(world: World) -> None:
    """The customer and what it has are read while the page is opened, so the order of the three is nobody's."""
    world.invoke("organizations/provision", sqs_event(organization_event_json()))
    create(world, {"itemPriceId": "nope"})  # warms the plans
    aws, chargebee = trips(world, checkout(world))
    at_once, after = set(chargebee[:-1]), chargebee[-1]
    assert (aws, at_once, after) == (
        [UPDATE, UPDATE],  # of the organization's budget of pages, and of its checkout
        {f"GET /customers/{ORG}", "GET /subscriptions", "POST /hosted_pages/checkout_new_for_items"},
        f"POST /customers/{ORG}",
    )


def test_the_same_checkout_again_has_nothing_to_stamp(world: World) -> None:
    world.invoke("organizations/provision", sqs_event(organization_event_json()))
    world.invoke("subscriptions/create", http_event(CREATE, claims=ADMIN, body=GROWTH))
    _, chargebee = trips(world, checkout(world))
    assert f"POST /customers/{ORG}" not in chargebee


def test_the_first_checkout_of_an_organization_also_makes_its_customer(world: World) -> None:
    create(world, {"itemPriceId": "nope"})
    assert trips(world, checkout(world)) == (
        [
            UPDATE,
            UPDATE,
            QUERY,
            TRANSACTION,
            QUERY,
            TRANSACTION,
        ],  # without a row, the subscriptions are looked at first
        ["POST /customers", "POST /hosted_pages/checkout_new_for_items"],
    )


def test_a_refused_checkout_asks_chargebee_nothing(world: World) -> None:
    subscribed(world)
    aws, chargebee = trips(world, checkout(world))
    assert (aws, chargebee) == ([UPDATE, UPDATE], [])


def test_provisioning_costs_one_call_a_query_and_a_transaction(world: World) -> None:
    event = sqs_event(organization_event_json())
    assert trips(world, lambda: world.invoke("organizations/provision", event)) == (
        [QUERY, TRANSACTION],
        ["POST /customers"],
    )


@pytest.mark.parametrize(
    ("function", "body", "calls"),
    [
        ("subscriptions/preview", {"seats": 7}, ["POST /estimates/update_subscription_for_items"]),
        ("subscriptions/portal", {}, ["POST /portal_sessions"]),
    ],
)
def test_opening_a_page_costs_an_update_a_query_and_one_call(
    world: World, function: str, body: dict[str, Any], calls: list[str]
) -> None:
    subscribed(world)
    create(world, {"itemPriceId": "nope"})
    event = http_event("POST /", claims=ADMIN, body=body)
    assert trips(world, lambda: world.invoke(function, event)) == ([UPDATE, QUERY], calls)


def test_a_change_looks_whose_the_subscription_is_while_its_page_is_opened(world: World) -> None:
    subscription_id = subscribed(world)
    create(world, {"itemPriceId": "nope"})
    event = http_event("POST /", claims=ADMIN, body={"seats": 7})
    aws, chargebee = trips(world, lambda: world.invoke("subscriptions/update", event))
    at_once = {f"GET /subscriptions/{subscription_id}", "POST /hosted_pages/checkout_existing_for_items"}
    assert (aws, set(chargebee), len(chargebee)) == ([UPDATE, QUERY], at_once, 2)


def test_grants_and_lots_make_neither_a_gate_nor_a_use_dearer(world: World) -> None:
    subscribed(world)
    for number in range(10):
        adjust(world, f"a{number}", 100, kind="promotional", expiresAt=int(time.time()) + 3_600 + number)
    for number in range(20):
        body = {"feature": "api-calls", "units": 5, "by": "ada", "reason": "a launch"}
        machine_call(world, "metering/save_grant", "PUT /grants/{grantId}", body, path={"grantId": f"g{number}"})
    assert entitlement(world).body["balance"]["limit"] == 10_100
    used(world, calls("e0", 10_100))
    assert trips(world, lambda: entitlement(world)) == ([QUERY], [])
    assert trips(world, lambda: used(world, calls("e1", 75))) == ([QUERY, TRANSACTION], [])
    [wallet] = read(world, "metering/wallet", "GET /api/wallet").body["wallets"]
    assert [lot["remaining"] for lot in wallet["lots"]] == [50, *[100] * 8]


def test_forty_features_that_were_all_used_make_neither_a_gate_nor_a_use_dearer(world: World) -> None:
    names = ["api-calls", *(f"feature-{number}" for number in range(39))]
    free = {
        "item_price_id": "free",
        "name": "Free",
        "default": True,
        "features": {each: {"limit": 9} for each in names},
    }
    event = http_event("PUT /api/plans/{plan}", claims=MACHINE, body={"entry": free})
    assert world.call("plans/save", event | {"pathParameters": {"plan": "free"}}).status == 200
    results = used(world, *(calls(f"e{number}") | {"feature": each} for number, each in enumerate(names)))
    assert {each["result"] for each in results} == {"recorded"}
    assert trips(world, lambda: entitlement(world)) == ([QUERY], [])
    assert trips(world, lambda: used(world, calls("more"))) == ([QUERY, TRANSACTION], [])
    sizes = [len(json.dumps(row, default=str)) for row in world.items(f"ORG#{ORG}")]
    assert len(sizes) == len(names)
    assert max(sizes) < 500


def test_cancelling_costs_a_look_and_a_call_and_lets_the_cache_follow(world: World) -> None:
    subscription_id = subscribed(world)
    event = http_event("POST /", claims=ADMIN, body={})
    assert trips(world, lambda: world.invoke("subscriptions/cancel", event)) == (
        [UPDATE, QUERY, QUERY, TRANSACTION],
        [f"GET /subscriptions/{subscription_id}", f"POST /subscriptions/{subscription_id}/cancel_for_items"],
    )


def test_a_sync_costs_a_query_and_one_for_each_subscription(world: World) -> None:
    subscribed(world)
    sync = sqs_event({"type": "billing.resync", "organizationId": ORG})
    world.invoke("organizations/provision", sync)
    assert trips(world, lambda: world.invoke("organizations/provision", sync)) == (
        [QUERY, QUERY],
        ["GET /subscriptions"],
    )


def outbox_record(world: World, transition: str) -> dict[str, Any]:
    """The announcement of it, as the table's stream hands it over."""
    [item] = world.account.dynamodb.scan(
        TableName=world.values["Table"],
        FilterExpression="begins_with(pk, :outbox) AND transition = :transition",
        ExpressionAttributeValues={":outbox": {"S": "OUTBOX#"}, ":transition": {"S": transition}},
    )["Items"]
    keys = {name: item[name] for name in ("pk", "sk")}
    return {"Records": [{"eventName": "INSERT", "dynamodb": {"Keys": keys, "NewImage": item, "SequenceNumber": "1"}}]}


def test_relaying_an_announcement_costs_an_event_and_a_message(world: World) -> None:
    apply(world, told("ev_1", 1))
    event = outbox_record(world, "customer.created")
    assert trips(world, lambda: world.invoke("announcements/relay", event)) == (
        ["eventbridge.PutEvents", SEND_BATCH],
        [],
    )


def test_relaying_a_subscriptions_also_reads_the_catalog_once_a_minute(world: World) -> None:
    apply(world, told("ev_1", 1))
    event = outbox_record(world, "subscription.created")
    relayed = ["eventbridge.PutEvents", SEND_BATCH]
    assert trips(world, lambda: world.invoke("announcements/relay", event)) == ([QUERY, *relayed], [])
    assert trips(world, lambda: world.invoke("announcements/relay", event)) == (relayed, [])

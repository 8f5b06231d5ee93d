"""GET /api/billing: everything in one read, and what has to be done."""

import time
from typing import Any

import pytest

from tests.deployment.gateway import ADMIN, MEMBER, http_event
from tests.deployment.lambda_runtime import Answer
from tests.deployment.metering import machine_call
from tests.deployment.subscriptions import GROWTH, apply, create, deliver_everything, post, subscribed
from tests.deployment.world import READ_SECRET, World
from tests.subscriptions.examples import customer_json, event_json, subscription_json

DAY = 86_400


def billing(world: World, claims: dict[str, Any] = ADMIN) -> Answer:
    answer = world.call("organizations/billing", http_event("GET /api/billing", claims=claims))
    assert answer.status == 200, answer.text
    return answer


def actions(world: World, claims: dict[str, Any] = ADMIN) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = billing(world, claims).body["requiredActions"]
    return found


def has_pages(world: World) -> list[bool]:
    """Whether each of the actions has a link."""
    return [each["url"] is not None for each in actions(world)]


def page_of(url: str) -> str:
    """The id of the hosted page behind a link."""
    return url.rstrip("/").rpartition("/")[2]


def past_due(world: World) -> None:
    """org_1's card is refused: an event tells of an invoice that is unpaid for a day."""
    world.chargebee.ask("POST", "/customers", id="org_1")
    row = subscription_json(due_invoices_count=1, due_since=1_790_000_000, total_dues=24_500)
    content = {"subscription": row, "customer": customer_json(card_status="valid", resource_version=1)}
    apply(world, event_json() | {"content": content})
    world.chargebee.forget_calls()


def test_an_organization_that_nobody_has_heard_of_has_the_default_plan_and_nothing_to_do(world: World) -> None:
    assert billing(world, MEMBER).body == {
        "billingAdmin": False,
        "organization": {"id": "org_1", "displayName": "", "customerId": None, "trialUsedAt": None},
        "subscriptions": [],
        "plan": "free",
        "plans": ["free"],
        "entitlements": {
            "api-calls": {
                "balance": billing(world).body["entitlements"]["api-calls"]["balance"],
            },
        },
        "wallets": [],
        "autoTopUp": [],
        "requiredActions": [],
    }


def test_with_nothing_to_do_it_is_one_query_and_no_call_of_chargebee(world: World) -> None:
    subscribed(world, GROWTH)
    billing(world)  # reads the plans, which are then trusted for a minute
    world.chargebee.forget_calls()
    world.account.calls.clear()
    body = billing(world).body
    assert ([row["status"] for row in body["subscriptions"]], body["plan"]) == (["in_trial"], "growth")
    assert body["requiredActions"] == []
    assert world.account.calls == ["dynamodb.Query"]
    assert world.chargebee.calls() == []


def test_an_open_checkout_is_finished_on_its_own_page(world: World) -> None:
    opened = create(world)
    [action] = actions(world)
    assert (action["type"], action["subscriptionId"]) == ("finish_checkout", opened.body["subscriptionId"])
    assert (action["itemPriceId"], action["seats"]) == ("growth", 5)
    assert action["url"] == opened.body["url"]
    assert action["expiresAt"] is not None
    assert billing(world).body["billingAdmin"] is True
    assert billing(world).body["plan"] == "free"  # pending is not active


def test_a_page_that_has_expired_is_a_fresh_page_of_the_same_checkout(world: World) -> None:
    opened = create(world)
    world.chargebee.advance(4 * 3_600)
    [action] = actions(world)
    assert (action["subscriptionId"], action["url"] == opened.body["url"]) == (opened.body["subscriptionId"], False)
    world.chargebee.pay(page_of(action["url"]))
    deliver_everything(world)
    assert actions(world) == []


def test_a_checkout_that_was_paid_meanwhile_is_shown_as_what_it_became(world: World) -> None:
    opened = create(world)
    world.chargebee.pay(opened.body["id"])
    body = billing(world).body
    assert [row["id"] for row in body["subscriptions"]] == [opened.body["subscriptionId"]]
    assert (body["plan"], body["requiredActions"]) == ("growth", [])


def test_what_is_unpaid_can_be_paid_and_the_card_replaced(world: World) -> None:
    past_due(world)
    pay, update = actions(world)
    assert {name: pay[name] for name in ("type", "subscriptionId", "amountDue", "currency", "dueSince")} == {
        "type": "pay",
        "subscriptionId": "cb1",
        "amountDue": 24_500,
        "currency": "USD",
        "dueSince": 1_790_000_000,
    }
    assert update["type"] == "update_card"
    pages = [world.chargebee.ask("GET", f"/hosted_pages/{page_of(each['url'])}") for each in (pay, update)]
    assert [page["hosted_page"]["type"] for page in pages] == ["collect_now", "manage_payment_sources"]
    assert [pay["expiresAt"], update["expiresAt"]] == [page["hosted_page"]["expires_at"] for page in pages]


def test_asking_again_is_the_same_page_until_it_is_used(world: World) -> None:
    past_due(world)
    first, again = actions(world), actions(world)
    assert [each["url"] for each in again] == [each["url"] for each in first]
    world.chargebee.pay(page_of(first[1]["url"]))
    fresh = actions(world)
    assert [fresh[0]["url"] == first[0]["url"], fresh[1]["url"] == first[1]["url"]] == [True, False]


def test_a_trial_without_a_card_asks_for_one_before_it_ends(world: World) -> None:
    world.chargebee.ask("POST", "/customers", id="org_1")
    row = subscription_json(status="in_trial", trial_end=4_102_444_800)
    content = {"subscription": row, "customer": customer_json(card_status="no_card", resource_version=1)}
    apply(world, event_json() | {"content": content})
    [action] = actions(world)
    assert (action["type"], action["trialEnd"]) == ("update_card", 4_102_444_800)
    world.chargebee.pay(page_of(action["url"]))
    deliver_everything(world)
    assert actions(world) == []


def test_a_sync_learns_what_a_lost_event_told_of_the_card(world: World) -> None:
    subscribed(world)
    for card, wanted in (("none", ["update_card"]), ("ok", [])):
        world.chargebee.http.post("/_sim/customers/org_1/card", json={"card": card}).raise_for_status()
        assert [each["type"] for each in actions(world)] != wanted
        world.chargebee.forget_calls()
        assert machine_call(world, "organizations/sync", "POST /sync").status == 200
        assert world.chargebee.called() == ["GET /subscriptions"]
        assert [each["type"] for each in actions(world)] == wanted


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 429, "retry_after": 60}])
def test_while_chargebee_is_away_everything_else_is_answered(world: World, fault: dict[str, Any]) -> None:
    past_due(world)
    world.chargebee.fail("/hosted_pages/*", count=99, **fault)
    body = billing(world).body
    assert [row["id"] for row in body["subscriptions"]] == ["cb1"]
    assert [(each["type"], each["url"], each["expiresAt"]) for each in body["requiredActions"]] == [
        ("pay", None, None),
        ("update_card", None, None),
    ]


def test_whoever_looks_too_often_is_answered_without_pages_and_may_still_buy(world: World) -> None:
    past_due(world)
    now = world.freeze(int(time.time()) // 60 * 60 + 60)
    world.put(pk="BUDGET#org_1", sk=f"actions#{now}", spent=29)
    assert has_pages(world) == [True, False]
    world.chargebee.forget_calls()
    assert has_pages(world) == [False, False]
    assert world.chargebee.calls() == []
    assert post(world, "subscriptions/portal").status == 200
    world.freeze(now + 60)
    assert has_pages(world) == [True, True]


def test_a_member_sees_what_is_to_be_done_and_no_link_to_do_it(world: World) -> None:
    past_due(world)
    world.account.calls.clear()
    assert [(each["type"], each["url"]) for each in actions(world, MEMBER)] == [("pay", None), ("update_card", None)]
    assert set(world.account.calls) <= {READ_SECRET, "dynamodb.Query"}
    assert world.chargebee.calls() == []


def test_a_deleted_organization_has_no_billing(world: World) -> None:
    world.put(pk="ORG#org_1", sk="ORG", id="org_1", version=2, deleted_at=1_790_000_000)
    answer = world.call("organizations/billing", http_event("GET /api/billing", claims=ADMIN))
    assert (answer.status, answer.code) == (410, "organization_deleted")


def test_another_organizations_billing_is_nobodys(world: World) -> None:
    event = http_event("GET /api/billing", claims=ADMIN, query="referenceId=org_2")
    assert world.call("organizations/billing", event).code == "forbidden"
    assert world.untouched()

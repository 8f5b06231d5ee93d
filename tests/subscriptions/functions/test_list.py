from typing import Any

import pytest

from billing.core.clock import utc_now
from billing.plans.feature import Counted
from billing.plans.plan import Plan
from billing.subscriptions.api.plan_view import plan_view
from tests.deployment.gateway import ADMIN, MEMBER, http_event
from tests.deployment.subscriptions import GROWTH, apply, create, listed, subscribed, work_off
from tests.deployment.world import World
from tests.subscriptions.examples import NOW, customer_json, event_json, item_json, subscription_json

LIST = "GET /api/subscription/list"


def heard(world: World, **fields: Any) -> None:
    """An event about a subscription of org_1."""
    version = fields.get("resource_version", 1)
    event = event_json("subscription_changed", f"ev_{fields.get('id', 'cb1')}_{version}")
    content = {"subscription": subscription_json(**fields), "customer": customer_json()}
    apply(world, event | {"content": content})


def test_an_organization_that_nobody_has_heard_of_has_no_subscriptions(world: World) -> None:
    answer = world.call("subscriptions/list", http_event(LIST, claims=MEMBER))
    assert (answer.status, answer.body) == (200, {"subscriptions": [], "cursor": None, "pendingCheckout": None})


def test_a_subscription_is_shown_as_the_cache_has_it(world: World) -> None:
    now = world.freeze(NOW)
    heard(
        world,
        subscription_items=[item_json(), item_json("priority-support", "addon", 1)],
        due_invoices_count=1,
        due_since=now - 60,
        total_dues=24_500,
        trial_start=now - 100,
        trial_end=now - 50,
        contract_term={"id": "ct_1"},
    )
    [row] = listed(world)
    assert row == {
        "id": "cb1",
        "chargebeeSubscriptionId": "cb1",
        "status": "active",
        "access": {"allowed": True, "reason": "past_due_grace"},
        "itemPriceId": "growth",
        "planId": "growth",
        "plan": "Growth",
        "limits": {"seats": 25, "projects": 50},
        "seats": 5,
        "items": [
            {"itemPriceId": "growth", "itemType": "plan", "quantity": 5},
            {"itemPriceId": "priority-support", "itemType": "addon", "quantity": 1},
        ],
        "coupons": [],
        "currency": "USD",
        "periodStart": now - 10 * 86_400,
        "periodEnd": now + 20 * 86_400,
        "trialStart": now - 100,
        "trialEnd": now - 50,
        "nextBillingAt": now + 20 * 86_400,
        "cancelAt": None,
        "endedAt": None,
        "cancelReason": None,
        "pausedAt": None,
        "resumesAt": None,
        "pastDue": True,
        "dueSince": now - 60,
        "totalDues": 24_500,
        "hasScheduledChanges": False,
        "changesScheduledAt": None,
        "scheduledChange": None,
        "contractTerm": {"id": "ct_1"},
        "createdAt": now - 10 * 86_400,
    }


def test_a_trial_has_no_period(world: World) -> None:
    now = world.freeze(NOW)
    heard(world, status="in_trial", current_term_start=None, current_term_end=None, trial_start=now, trial_end=now + 9)
    [row] = listed(world)
    assert (row["periodStart"], row["periodEnd"], row["trialEnd"]) == (None, None, now + 9)
    assert row["access"] == {"allowed": True, "reason": "in_trial"}


def test_a_plan_that_is_not_sold_any_more_is_shown_by_its_id(world: World) -> None:
    heard(world, subscription_items=[item_json("legacy")])
    assert [(row["plan"], row["limits"]) for row in listed(world)] == [("legacy", {})]


def test_ended_subscriptions_are_history(world: World) -> None:
    heard(world, id="cb1", status="cancelled", cancelled_at=NOW)
    heard(world, id="cb2")
    assert [row["id"] for row in listed(world)] == ["cb2"]
    assert [(row["id"], row["endedAt"]) for row in listed(world, "history=true")] == [("cb2", None), ("cb1", NOW)]


def test_a_long_history_comes_in_pages(world: World) -> None:
    for number in range(53):
        heard(world, id=f"cb{number:02}", status="cancelled", created_at=number)
    first = world.call("subscriptions/list", http_event(LIST, claims=ADMIN, query="history=true")).body
    assert (len(first["subscriptions"]), first["cursor"]) == (50, "cb03")
    rest = world.call("subscriptions/list", http_event(LIST, claims=ADMIN, query="history=true&cursor=cb03")).body
    assert ([row["id"] for row in rest["subscriptions"]], rest["cursor"]) == (["cb02", "cb01", "cb00"], None)


def test_a_cursor_that_names_nothing_is_refused(world: World) -> None:
    answer = world.call("subscriptions/list", http_event(LIST, claims=ADMIN, query="cursor=nothing"))
    assert (answer.status, answer.code) == (400, "invalid_request")


def test_an_open_checkout_is_no_subscription_and_grants_nothing(world: World) -> None:
    opened = create(world)
    answer = world.call("subscriptions/list", http_event(LIST, claims=ADMIN)).body
    assert answer["subscriptions"] == []
    pending = answer["pendingCheckout"]
    assert (pending["id"], pending["itemPriceId"], pending["seats"]) == (opened.body["subscriptionId"], "growth", 5)


def test_what_was_bought_closes_the_checkout(world: World) -> None:
    subscribed(world, GROWTH)
    assert world.call("subscriptions/list", http_event(LIST, claims=ADMIN)).body["pendingCheckout"] is None


def test_other_organizations_subscriptions_are_not_listed(world: World) -> None:
    heard(world)
    answer = world.call("subscriptions/list", http_event(LIST, claims=ADMIN | {"oid": "org_2"}))
    assert answer.body["subscriptions"] == []


def test_ones_own_organization_may_be_named(world: World) -> None:
    heard(world)
    assert [row["id"] for row in listed(world, "referenceId=org_1")] == ["cb1"]


# --- plans and access -----------------------------------------------------------------------------


def test_the_plans_are_what_can_be_bought_in_display_order(world: World) -> None:
    plans = world.call("plans/list", http_event("GET /api/plans", claims=MEMBER)).body["plans"]
    sold = {plan["itemPriceId"]: plan for plan in plans}
    assert list(sold)[-4:] == ["starter", "growth", "growth-yearly", "scale"]
    growth = sold["growth"]
    assert {name: growth[name] for name in ("name", "limits", "freeTrial", "price")} == {
        "name": "Growth",
        "limits": {"seats": 25, "projects": 50},
        "freeTrial": {"days": 14},
        "price": {"amount": 4900, "currency": "USD", "period": "month", "perSeat": True},
    }
    calls = {"limit": 10_000, "reset": "month", "overage": "wallet"}
    assert growth["features"] == {"sso": True, "api-calls": calls}
    assert sold["scale"]["limits"]["projects"] is None
    assert "freeTrial" not in sold["starter"]


def test_a_plan_says_how_much_of_a_feature_rolls_over() -> None:
    rolling = Counted("api-calls", 250, decimals=1, rollover=100)
    shown = plan_view(Plan("pro", "Pro", features={"api-calls": rolling}))["features"]["api-calls"]
    assert shown == {"limit": "25.0", "reset": "month", "overage": "deny", "rollover": "10.0"}


def test_a_table_that_cannot_be_read_shows_no_plans_at_all(world: World) -> None:
    world.values["Table"] = "no such table"
    answer = world.call("plans/list", http_event("GET /api/plans", claims=MEMBER))
    assert (answer.status, answer.code) == (500, "internal_error")


def access(world: World, query: str = "itemPriceId=growth") -> Any:
    return world.call("subscriptions/access", http_event("GET /api/access", claims=MEMBER, query=query))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {"allowed": True, "reason": "active"}),
        ({"status": "non_renewing", "cancelled_at": NOW + 60}, {"allowed": True, "reason": "non_renewing"}),
        ({"status": "paused"}, {"allowed": False, "reason": "paused"}),
        ({"status": "cancelled"}, {"allowed": False, "reason": "cancelled"}),
        ({"due_invoices_count": 1, "due_since": NOW - 60}, {"allowed": True, "reason": "past_due_grace"}),
        ({"due_invoices_count": 1, "due_since": NOW - 8 * 86_400}, {"allowed": False, "reason": "past_due"}),
        ({"subscription_items": [item_json("scale")]}, {"allowed": False, "reason": "other_plan"}),
    ],
    ids=["active", "leaving", "paused", "cancelled", "in grace", "past due", "another plan"],
)
def test_access_is_what_the_subscription_grants_now(
    world: World, fields: dict[str, Any], expected: dict[str, Any]
) -> None:
    world.freeze(NOW)
    heard(world, **fields)
    answer = access(world)
    assert (answer.status, answer.body) == (200, expected)
    assert world.chargebee.calls() == []


@pytest.mark.parametrize(("days", "reason"), [(1, "past_due"), (30, "past_due_grace")])
def test_a_plan_may_have_a_grace_period_of_its_own(world: World, days: int, reason: str) -> None:
    world.freeze(NOW)
    world.put(pk="PLAN", sk="growth", item_price_id="growth", name="Growth", grace_days=days)
    heard(world, due_invoices_count=1, due_since=NOW - days * 43_200 - 86_400)
    assert access(world).body == {"allowed": reason == "past_due_grace", "reason": reason}
    assert listed(world)[0]["access"]["reason"] == reason


def test_access_to_an_add_on_is_asked_for_by_its_own_id(world: World) -> None:
    world.freeze(NOW)
    heard(world, subscription_items=[item_json(), item_json("priority-support", "addon", 1)])
    assert access(world, "itemPriceId=priority-support").body["allowed"]


@pytest.mark.parametrize("query", ["", "itemPriceId="])
def test_access_to_nothing_is_a_wrong_question(world: World, query: str) -> None:
    assert (access(world, query).status, access(world, query).code) == (400, "invalid_request")


@pytest.fixture
def unheard(world: World) -> str:
    """A subscription whose trial has ended an hour ago without news, because it was cancelled and nobody said so."""
    subscription_id = subscribed(world, {"itemPriceId": "growth"})
    [row] = listed(world)
    world.chargebee.ask("POST", f"/subscriptions/{subscription_id}/cancel_for_items", cancel_option="immediately")
    world.freeze(row["trialEnd"] + 3_601)
    world.chargebee.forget_calls()
    return subscription_id


@pytest.mark.usefixtures("unheard")
def test_without_news_the_cache_answers_and_chargebee_is_asked_in_the_background(world: World) -> None:
    assert access(world).body == {"allowed": True, "reason": "in_trial"}
    assert world.chargebee.calls() == []
    work_off(world)
    assert access(world).body == {"allowed": False, "reason": "cancelled"}


@pytest.mark.parametrize(
    ("function", "route", "query"),
    [
        ("subscriptions/access", "GET /api/access", "itemPriceId=growth"),
        ("subscriptions/list", "GET /api/subscription/list", ""),
        ("metering/entitlements", "GET /api/entitlements", ""),
        ("metering/entitlement", "GET /api/entitlements/api-calls", "required=1"),
    ],
)
@pytest.mark.usefixtures("unheard")
def test_many_questions_of_a_minute_are_one_verification(world: World, function: str, route: str, query: str) -> None:
    event = http_event(route, claims=MEMBER, query=query) | {"pathParameters": {"feature": "api-calls"}}
    now = utc_now()
    for second in (0, 0, 60 - now % 60, 1):
        now = world.freeze(now + second)
        assert world.call(function, event).status == 200
    verification = {"type": "billing.verify", "organizationId": "org_1", "subscriptionId": ""}
    assert world.messages("ProvisioningQueue") == [verification, verification]
    assert world.chargebee.calls() == []


@pytest.mark.usefixtures("unheard")
def test_a_question_is_answered_although_its_verification_cannot_be_queued(world: World) -> None:
    world.lose("ProvisioningQueue")
    assert access(world).body["allowed"]


@pytest.mark.usefixtures("unheard")
def test_a_verification_that_chargebee_does_not_answer_is_left_to_the_next_question(world: World) -> None:
    access(world)
    world.chargebee.fail("/", status=429)
    work_off(world)
    assert world.messages("ProvisioningQueue") == []


@pytest.mark.parametrize(
    ("days", "expected"),
    [(1, {"allowed": True, "reason": "in_trial"}), (3, {"allowed": False, "reason": "unverified"})],
)
def test_while_chargebee_cannot_be_asked_access_goes_on_for_three_days(
    world: World, days: int, expected: dict[str, Any]
) -> None:
    subscribed(world, {"itemPriceId": "growth"})
    [row] = listed(world)
    world.freeze(row["trialEnd"] + days * 86_400)
    assert access(world).body == expected
    assert listed(world)[0]["access"] == expected

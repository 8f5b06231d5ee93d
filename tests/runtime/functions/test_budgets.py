"""No organization uses up the calls of Chargebee's that all of them share."""

import time
from urllib.parse import urlsplit

import pytest

from billing.app.budgets import CHANGES, INVOICES, PAGES, PAYMENT_METHODS, PREVIEWS
from billing.app.routes import ROUTES
from billing.core.errors import RateLimited
from tests.deployment.gateway import MEMBER, http_event
from tests.deployment.payments import add_card, call
from tests.deployment.routes import AnyRoute, event_of, right_caller
from tests.deployment.subscriptions import create, post, subscribed
from tests.deployment.world import World

LIMITED = [each for each in ROUTES if RateLimited in each.errors]
MINUTE = int(time.time()) // 60 * 60 + 60
"""The beginning of one (UTC seconds), near enough for pages that open now."""


def test_every_route_on_which_a_caller_can_make_chargebee_work_has_a_budget() -> None:
    assert {each.function for each in LIMITED} == {
        "subscriptions/create",
        "subscriptions/update",
        "subscriptions/preview",
        "subscriptions/portal",
        "subscriptions/cancel",
        "subscriptions/restore",
        "payments/list_invoices",
        "payments/print_invoice",
        "payments/list_methods",
        "payments/add_method",
        "payments/default_method",
        "payments/remove_method",
        "payments/purchase",
        "payments/top_up",
        "payments/auto_top_up",
    }


@pytest.mark.parametrize("route", LIMITED, ids=str)
def test_an_organization_that_calls_too_often_waits_and_chargebee_is_not_asked(world: World, route: AnyRoute) -> None:
    world.freeze(MINUTE)
    spent(world)
    event = event_of(route, right_caller(route))
    answer = world.call(route.function, event)
    assert (answer.status, answer.code, answer.headers["retry-after"]) == (429, "rate_limited", "60")
    assert world.chargebee.calls() == []
    other = event_of(route, right_caller(route) | {"oid": "org_2"}, organization="org_2")
    assert world.call(route.function, other).status != 429
    world.freeze(MINUTE + 60)
    assert world.call(route.function, event).status != 429


def test_the_thirtieth_call_of_a_minute_is_the_last(world: World) -> None:
    world.freeze(MINUTE)
    spent(world, short_by=1)
    assert [create(world).status for _ in range(2)] == [200, 429]


def test_whoever_cancels_and_takes_it_back_again_and_again_uses_up_no_calls_of_others(world: World) -> None:
    subscribed(world)
    world.freeze(MINUTE)
    spent(world, short_by=3)
    world.chargebee.forget_calls()
    both = ("subscriptions/cancel", "subscriptions/restore")
    assert [post(world, function).status for _ in range(3) for function in both] == [200, 200, 200, 429, 429, 429]
    assert len(world.chargebee.called()) == 3 * 2, "a look and a change each"


def test_members_who_look_at_what_is_paid_with_keep_no_admin_from_changing_it(world: World) -> None:
    card = add_card(world)
    world.freeze(MINUTE)
    world.put(pk="BUDGET#org_1", sk=f"payment_methods#{MINUTE}", spent=PAYMENT_METHODS.times)
    assert call(world, "payments/list_methods", "GET /api/payment-methods", claims=MEMBER).status == 429
    for function, route in (
        ("payments/default_method", "PUT /api/payment-methods/{methodId}/default"),
        ("payments/remove_method", "DELETE /api/payment-methods/{methodId}"),
    ):
        assert call(world, function, route, methodId=card).status == 200


def test_a_return_link_is_worth_one_sync(world: World) -> None:
    query = urlsplit(world.chargebee.pay(create(world).body["id"])).query
    world.chargebee.forget_calls()
    for _ in range(5):
        event = http_event("GET /api/subscription/success", query=query)
        assert world.call("subscriptions/complete_checkout", event).status == 302
    assert len(world.chargebee.called()) == 1


def spent(world: World, short_by: int = 0) -> None:
    """What org_1 has spent of this minute's budgets: all, but for so much."""
    for budget in (PAGES, PAYMENT_METHODS, INVOICES, PREVIEWS, CHANGES):
        world.put(pk="BUDGET#org_1", sk=f"{budget.name}#{MINUTE}", spent=budget.times - short_by)

"""Chargebee fails in every way that it has; the caller hears what to do, and trying again is the same checkout."""

from typing import Any

import pytest

from tests.stack.api import Member, opened, refused
from tests.stack.assumptions import under_both_answers
from tests.stack.scalekit import organization_event
from tests.stack.waiting import until
from tests.stack.world import Cloud, fresh

CHECKOUT = "/hosted_pages/checkout_new_for_items"
NO_GATEWAY = {
    "message": "The payment gateway does not take USD.",
    "type": "invalid_request",
    "api_error_code": "payment_gateway_currency_incompatible",
    "http_status_code": 400,
}
UNKNOWN_PRICE = {
    "message": "growth not found",
    "type": "invalid_request",
    "api_error_code": "resource_not_found",
    "param": "subscription_items[item_price_id][0]",
    "http_status_code": 404,
}

type Failure = tuple[dict[str, Any], int, str]
"""What Chargebee does, and the status and code that the caller gets."""

FAILURES: dict[str, Failure] = {
    "down": ({"status": 503}, 502, "chargebee_unavailable"),
    "broken": ({"status": 500}, 502, "chargebee_unavailable"),
    "a proxy's page": ({"status": 502, "body": "<html>Bad Gateway</html>"}, 502, "chargebee_unavailable"),
    "a page that says OK": ({"status": 200, "body": "<html>Maintenance</html>"}, 502, "chargebee_unavailable"),
    "over the limit": ({"status": 429, "retry_after": 45}, 503, "chargebee_rate_limited"),
    "rejecting our key": ({"status": 401}, 502, "chargebee_authentication_failed"),
    "denying our key": ({"code": "api_authorization_failed"}, 502, "chargebee_authentication_failed"),
    "blocking us": ({"code": "request_blocked"}, 502, "chargebee_request_blocked"),
    "not ready": ({"code": "site_not_ready"}, 502, "chargebee_site_not_ready"),
    "read-only": ({"code": "site_read_only_mode"}, 502, "chargebee_site_read_only"),
    "behind a busy gateway": (
        {"code": "third_party_api_request_limit_exceeded", "retry_after": 45},
        503,
        "chargebee_third_party_limited",
    ),
    "held for long": ({"code": "lock_timeout", "retry_after": 45}, 503, "chargebee_busy"),
    "seeing our key twice": ({"code": "unable_to_process_request"}, 500, "chargebee_key_reused"),
    "without a gateway for it": ({"status": 400, "body": NO_GATEWAY}, 409, "payment_gateway_currency_incompatible"),
    "without our plan": ({"status": 404, "body": UNKNOWN_PRICE}, 409, "resource_not_found"),
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES.keys())
@pytest.mark.parametrize("path", ["/customers", CHECKOUT], ids=["customer", "page"])
def test_a_create_that_fails_is_answered_well_and_tried_again_with_the_same_id(
    world: Cloud, admin: Member, path: str, failure: Failure
) -> None:
    fault, status, code = failure
    world.chargebee.faults({"path": path, "method": "POST", **fault})
    answer = admin.create()
    refused(answer, status, code)
    assert answer.headers.get("retry-after") == ("45" if status == 503 else None)
    promised = admin.listing().json()["pendingCheckout"]["id"]

    world.chargebee.faults()

    assert opened(admin.create())["subscriptionId"] == promised


def test_a_short_failure_is_ridden_out(world: Cloud, admin: Member) -> None:
    limited = {"path": CHECKOUT, "status": 429, "retry_after": 1, "count": 1}
    world.chargebee.faults({"path": "/customers", "status": 503, "count": 1}, limited)

    opened(admin.create())

    attempts = world.chargebee.calls(admin.organization_id, "POST", CHECKOUT)
    keys = {each["headers"]["chargebee-idempotency-key"] for each in attempts}
    assert (len(attempts), len(keys)) == (2, 1)


@under_both_answers("retry_after")
def test_a_customer_that_another_request_holds_is_waited_for(world: Cloud, admin: Member, assumed: str) -> None:
    page = opened(admin.create())
    world.chargebee.forget_requests()
    world.chargebee.faults({"resource": admin.organization_id, "code": "lock_timeout", "count": 2})

    again = opened(admin.create(seats=6))

    assert again["subscriptionId"] == page["subscriptionId"]
    assert len(world.chargebee.calls(admin.organization_id, "POST", CHECKOUT)) == 3


def test_a_chargebee_that_hangs_is_given_up_in_time(world: Cloud, admin: Member) -> None:
    world.chargebee.faults({"path": CHECKOUT, "timeout": 12, "count": 1})

    refused(admin.create(), 504, "chargebee_timeout")

    promised = admin.listing().json()["pendingCheckout"]["id"]
    assert opened(admin.create())["subscriptionId"] == promised


def test_an_answer_that_is_lost_after_the_work_was_done_is_the_same_page_again(world: Cloud, admin: Member) -> None:
    world.chargebee.faults({"path": CHECKOUT, "timeout_after": 12, "count": 1})
    refused(admin.create(), 504, "chargebee_timeout")
    world.chargebee.faults()

    page = opened(admin.create())

    assert opened(admin.create()) == page
    keys = {
        each["headers"]["chargebee-idempotency-key"]
        for each in world.chargebee.calls(admin.organization_id, "POST", CHECKOUT)
    }
    assert len(keys) == 1


def test_the_list_and_the_gate_do_not_need_chargebee(world: Cloud, admin: Member) -> None:
    world.subscribe(admin)
    world.chargebee.faults({"path": "/", "status": 503})
    world.chargebee.forget_requests()

    assert admin.subscription()["status"] == "in_trial"
    assert admin.allowed() is True
    assert world.chargebee.requests(admin.organization_id) == []


@pytest.mark.parametrize("call", ["update", "cancel", "restore", "portal"])
def test_every_write_says_that_chargebee_is_down(world: Cloud, admin: Member, call: str) -> None:
    subscription_id = world.subscribe(admin)
    if call == "restore":
        admin.cancel()
    before = admin.subscription()
    world.chargebee.faults({"path": "/", "status": 503})

    wish = {"seats": 6} if call == "update" else {}
    refused(getattr(admin, call)(**wish), 502, "chargebee_unavailable")

    assert admin.subscription() == before
    assert before["id"] == subscription_id


def test_a_browser_that_returns_while_chargebee_is_down_goes_on_and_the_webhook_tells(
    world: Cloud, admin: Member
) -> None:
    page = opened(admin.create(successUrl="/done"))
    world.chargebee.faults(drop=1.0)
    back = world.chargebee.pay(page["id"])
    world.chargebee.faults({"path": "/subscriptions", "status": 503})

    assert world.come_back(back) == f"{world.stack.app}/done"

    assert admin.subscriptions() == []
    for event in world.chargebee.events(admin.organization_id):
        world.chargebee.resend(event["id"])
    until(admin.subscriptions)


def test_provisioning_waits_for_as_long_as_chargebee_asks(world: Cloud) -> None:
    """Three attempts fail within the call; the message then comes back after Retry-After, not after six minutes."""
    organization_id = fresh("org")
    world.chargebee.faults({"path": "/customers", "status": 429, "retry_after": 1, "count": 3})

    body = organization_event("organization.created", fresh("evt"), organization_id)
    assert world.deliver_scalekit(body).status_code == 200

    assert world.mapped(organization_id) == organization_id
    assert len(world.chargebee.calls(organization_id, "POST", "/customers")) == 4

"""A visit that outlasts its access token: the page renews it, and nobody signs in again before they must."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Organization
from tests.browser.journey import as_one_growth, choose, complete, part, plan, sign_in, subscribe, subscription

REFUSED = 401


@pytest.fixture
def scalekit(stack: Any) -> Iterator[httpx.Client]:
    """The environment, whose session policy may be changed. Afterwards it is the default again."""
    with httpx.Client(base_url=stack.scalekit, trust_env=False) as http:
        yield http
        http.put("/_sim/session_policy", json={"access_token_seconds": 300})


def test_a_checkout_that_outlasts_the_token_ends_signed_in(
    page: Page, stack: Any, organization: Organization, scalekit: httpx.Client
) -> None:
    scalekit.put("/_sim/session_policy", json={"access_token_seconds": 1})
    sign_in(page, stack, organization.admin)

    subscribe(page, stack, plan_name="Starter", seats=1)

    expect(page.get_by_role("banner")).to_contain_text(organization.admin)
    expect(subscription(page)).to_contain_text("Active")


def test_a_token_is_renewed_before_it_ends_and_once_for_all_calls_that_need_it(
    page: Page, stack: Any, organization: Organization
) -> None:
    sign_in(page, stack, organization.admin)
    expect(subscription(page)).to_contain_text("no subscription")
    calls, renewals = responses(page, "/api/"), responses(page, "/oauth/token")

    page.evaluate("sessionStorage.tokens = JSON.stringify({...JSON.parse(sessionStorage.tokens), expiresAt: 0})")
    page.reload()

    expect(subscription(page)).to_contain_text("no subscription")
    assert [renewal.status for renewal in renewals] == [200]
    assert [call.url for call in calls if call.status == REFUSED] == []


def test_a_token_that_the_api_refuses_is_renewed_and_the_call_made_again(
    page: Page, stack: Any, organization: Organization
) -> None:
    page.route("**/api/plans", lambda route: route.fulfill(status=REFUSED, body=json.dumps({})), times=1)
    renewals = responses(page, "/oauth/token")

    sign_in(page, stack, organization.admin)

    expect(subscription(page)).to_contain_text("no subscription")
    assert [renewal.status for renewal in renewals] == [200, 200]


def test_a_sign_in_that_ends_elsewhere_during_the_checkout_comes_back_to_what_was_bought(
    page: Page, stack: Any, organization: Organization
) -> None:
    sign_in(page, stack, organization.admin)
    page.evaluate("sessionStorage.tokens = JSON.stringify({...JSON.parse(sessionStorage.tokens), refresh: 'revoked'})")
    choose(page, "Starter")
    page.wait_for_url(stack.chargebee + "/pages/**")  # where nothing looks again by itself
    page.route("**/api/billing", lambda route: route.fulfill(status=REFUSED, body=json.dumps({})), times=1)

    complete(page, stack)

    expect(page.get_by_role("status")).to_contain_text("Your sign-in has ended. Please sign in again.")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=organization.admin).click()
    expect(page.get_by_role("status")).to_contain_text("You are on Starter. Thank you!")
    expect(subscription(page)).to_contain_text("Active")


def test_what_was_typed_is_there_again_although_the_page_itself_found_that_the_sign_in_had_ended(
    page: Page, stack: Any, organization: Organization
) -> None:
    """The coupon and the period too, without which another price would be paid."""
    page.route("**/api/plans", as_one_growth)
    sign_in(page, stack, organization.admin)
    amount = part(page, "Wallet").get_by_label("Amount in USD")
    page.get_by_role("radio", name="Monthly").press("ArrowRight")
    plan(page, "Growth").get_by_label("Seats").fill("4")
    page.get_by_label("Coupon").fill("LAUNCH")
    amount.fill("70")

    page.route("**/api/billing", lambda route: route.fulfill(status=REFUSED, body=json.dumps({})), times=2)
    expect(page.locator("#messages")).to_contain_text("You will be back where you were.")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=organization.admin).click()

    expect(amount).to_have_value("70")
    expect(page.get_by_label("Coupon")).to_have_value("LAUNCH")
    expect(plan(page, "Growth")).to_contain_text("$490per seat and year")
    expect(plan(page, "Growth").get_by_label("Seats")).to_have_value("4")
    expect(page.locator("#auto-top-up[open]")).to_have_count(0)
    assert page.evaluate("sessionStorage.left") is None


def test_a_form_that_has_changed_meanwhile_is_no_outage(page: Page, stack: Any, organization: Organization) -> None:
    """As when a plan is not bought by the seat any more."""
    sign_in(page, stack, organization.admin)
    plan(page, "Growth").get_by_label("Seats").fill("4")
    page.route("**/api/subscription/preview", lambda route: route.fulfill(status=REFUSED, body=json.dumps({})))
    plan(page, "Growth").get_by_role("button").click()
    expect(page.locator("#messages")).to_contain_text("You will be back where you were.")
    page.route("**/api/plans", lambda route: as_flat(route, "growth"))

    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=organization.admin).click()

    expect(part(page, "Payment methods")).to_contain_text("No payment method is saved.")
    expect(page.locator("#messages")).not_to_contain_text("cannot be reached")


def test_a_sign_in_that_fails_says_why_and_can_be_tried_again(
    page: Page, stack: Any, organization: Organization
) -> None:
    page.route("**/oauth/token", lambda route: route.fulfill(status=503, body="<html>"), times=1)
    page.goto(f"{stack.app}/?cancelled=1")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=organization.admin).click()
    expect(page.get_by_role("alert")).to_contain_text("Scalekit does not answer right now.")

    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=organization.admin).click()

    expect(subscription(page)).to_contain_text("no subscription")
    expect(page.locator("#messages")).to_contain_text("You left the checkout.")


def as_flat(route: Route, item_price_id: str) -> None:
    """As if it cost the same for everybody together."""
    answer = route.fetch().json()
    for price in answer["plans"]:
        if price["itemPriceId"] == item_price_id:
            price["price"]["perSeat"] = False
    route.fulfill(body=json.dumps(answer))


def responses(page: Page, path: str) -> list[Any]:
    """What is answered from now on under the path."""
    seen: list[Any] = []
    page.on("response", lambda response: seen.append(response) if path in response.url else None)
    return seen

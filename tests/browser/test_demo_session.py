"""A visit that outlasts its access token: the page renews it, and nobody signs in again before they must."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Organization
from tests.browser.journey import choose, complete, sign_in, subscribe, subscription

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


def responses(page: Page, path: str) -> list[Any]:
    """What is answered from now on under the path."""
    seen: list[Any] = []
    page.on("response", lambda response: seen.append(response) if path in response.url else None)
    return seen

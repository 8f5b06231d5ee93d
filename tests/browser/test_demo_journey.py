"""The loop as a visitor sees it: sign in, subscribe, pay, watch the subscription appear, manage it."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Organization
from tests.browser.journey import choose, part, plan, sign_in, subscribe, subscription

REFUSAL = "Only an admin of your organization can change billing."
PHONE_WIDTH = 375


def test_an_admin_subscribes_sees_it_without_reloading_and_opens_the_portal(
    page: Page, stack: Any, organization: Organization
) -> None:
    sign_in(page, stack, organization.admin)
    expect(page.get_by_role("banner")).to_contain_text(organization.id)
    expect(subscription(page)).to_contain_text("no subscription")

    subscribe(page, stack, plan_name="Starter", seats=3)

    expect(subscription(page)).to_contain_text("Active")
    expect(subscription(page)).to_contain_text("Renews on")
    expect(subscription(page).get_by_role("definition").first).to_have_text("3")
    expect(plan(page, "Starter")).to_contain_text("Your plan")

    page.get_by_role("button", name="Manage billing").click()
    page.wait_for_url(re.compile(re.escape(stack.chargebee) + "/portal/"))
    expect(page.locator("body")).to_contain_text(re.compile("starter", re.IGNORECASE))


def test_a_member_sees_how_things_stand_and_nothing_to_press(
    page: Page, stack: Any, organization: Organization
) -> None:
    sign_in(page, stack, organization.admin)
    subscribe(page, stack, plan_name="Starter", seats=1)
    expect(subscription(page)).to_contain_text("Active")
    page.get_by_role("button", name="Sign out").click()

    sign_in(page, stack, organization.member)

    main = page.get_by_role("main")
    expect(main).to_contain_text(REFUSAL)
    expect(subscription(page)).to_contain_text("Active")
    expect(part(page, "Usage")).to_contain_text("0 of 1,000")
    expect(part(page, "Payment methods")).to_contain_text("Visa ending in 1111")
    expect(main.locator(":is(a, button, input:not([type=radio]), summary):visible")).to_have_count(0)


def test_leaving_the_checkout_says_that_nothing_was_charged(page: Page, stack: Any, organization: Organization) -> None:
    sign_in(page, stack, organization.admin)
    choose(page, "Starter")
    page.wait_for_url(re.compile(re.escape(stack.chargebee) + "/pages/"))
    page.get_by_text(re.compile("^Cancel")).first.click()
    page.wait_for_url(stack.app + "/**")
    expect(page.get_by_role("status")).to_contain_text("nothing was charged")
    expect(subscription(page)).to_contain_text("no subscription")


def test_an_error_that_the_page_has_no_words_for_is_told_in_those_of_the_api(
    page: Page, stack: Any, organization: Organization
) -> None:
    sign_in(page, stack, organization.admin)
    error = {"error": "Chargebee has no payment gateway for USD.", "code": "payment_gateway_currency_incompatible"}
    page.route("**/api/subscription/create", lambda route: route.fulfill(status=409, body=json.dumps(error)))
    choose(page, "Starter")
    expect(page.get_by_role("alert")).to_contain_text(error["error"])
    expect(page.get_by_role("alert")).to_contain_text(error["code"])
    expect(plan(page, "Starter").get_by_role("button")).to_be_enabled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_phone(page: Page, stack: Any, organization: Organization, scheme: Any) -> None:
    page.set_viewport_size({"width": PHONE_WIDTH, "height": 740})
    page.emulate_media(color_scheme=scheme)
    sign_in(page, stack, organization.admin)
    expect(plan(page, "Starter")).to_be_visible()
    for closed in page.locator("summary").all():
        closed.click()
    expect(page.get_by_role("button", name="Copy")).to_be_visible()
    expect(page.get_by_role("button", name="Save")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE_WIDTH


def test_a_long_name_is_not_wider_than_a_phone_either(page: Page, stack: Any, organization: Organization) -> None:
    long = "Donaudampfschifffahrtsgesellschaftskapitaen"

    def named(route: Route) -> None:
        route.fulfill(body=route.fetch().text().replace(organization.name, long))

    page.set_viewport_size({"width": PHONE_WIDTH, "height": 740})
    page.route("**/api/billing", named)
    sign_in(page, stack, organization.admin)
    expect(page.get_by_role("heading", level=1)).to_contain_text(long)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE_WIDTH


def test_parts_that_stand_below_each_other_are_as_wide_as_each_other(
    page: Page, stack: Any, organization: Organization
) -> None:
    page.set_viewport_size({"width": 640, "height": 740})
    sign_in(page, stack, organization.admin)
    expect(part(page, "Wallet").get_by_role("button", name="Top up")).to_be_visible()
    widths = "names => names.map(name => document.querySelector(`[aria-labelledby=${name}]`).offsetWidth)"
    usage, wallet = page.evaluate(widths, ["usage-title", "wallet-title"])
    assert usage == wallet


def test_signing_out_forgets_the_token(page: Page, stack: Any, organization: Organization) -> None:
    sign_in(page, stack, organization.member)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert page.evaluate("sessionStorage.getItem('tokens')") is None

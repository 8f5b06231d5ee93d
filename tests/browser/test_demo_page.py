"""The billing page while it loads, when something fails, and for everybody who looks at it."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Response, Route, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import Organization
from tests.browser.journey import (
    agree,
    as_one_growth,
    choose,
    complete,
    holding,
    part,
    plan,
    sign_in,
    subscribe,
    subscription,
)

AWAY = {"error": "Chargebee is not working right now.", "code": "chargebee_unavailable", "requestId": "r-1"}
BACK = {"successUrl": "/?subscribed=1", "cancelUrl": "/?cancelled=1"}
MOST_BYTES = 150_000


def test_a_failed_subscribe_is_told_beside_its_button_until_the_form_is_edited(
    page: Page, stack: Any, organization: Organization
) -> None:
    sign_in(page, stack, organization.admin)
    page.route("**/api/subscription/create", lambda route: refuse(route, 502))
    growth = plan(page, "Growth")

    choose(page, "Growth")

    told = growth.get_by_role("alert")
    expect(told).to_contain_text("does not answer right now. Nothing was done. Try again in a moment.")
    expect(told).to_contain_text("Reference r-1")
    expect(told).to_be_in_viewport()
    expect(page.get_by_role("alert")).to_have_count(1)
    growth.get_by_label("Seats").fill("2")
    expect(told).to_have_count(0)


def test_the_page_is_there_before_its_data(page: Page, stack: Any, organization: Organization) -> None:
    held = holding(page, "**/api/billing")

    sign_in(page, stack, organization.admin)

    expect(page.get_by_role("heading", name="Plans")).to_be_visible()
    expect(page.locator(".skeleton").first).to_be_visible()
    for route in held:
        route.continue_()
    page.unroute("**/api/billing")
    expect(page.get_by_role("heading", level=1)).to_contain_text(organization.name)
    expect(plan(page, "Growth")).to_be_visible()
    expect(page.locator(".skeleton")).to_have_count(0)


def test_an_outage_at_the_start_is_told_until_it_is_over(page: Page, stack: Any, organization: Organization) -> None:
    page.route("**/api/billing", lambda route: refuse(route, 502))
    sign_in(page, stack, organization.admin)
    expect(page.get_by_role("status")).to_contain_text("What you see may be old. Trying again…")

    page.unroute("**/api/billing")

    expect(subscription(page)).to_contain_text("no subscription")
    expect(page.get_by_role("status")).to_be_empty()
    expect(page.get_by_role("main")).not_to_contain_text("Only an admin")


def test_an_outage_is_said_once_however_long_it_lasts(page: Page, stack: Any, organization: Organization) -> None:
    """Not at each look, which would be heard each time and take the focus away."""
    sign_in(page, stack, organization.admin)
    expect(subscription(page)).to_contain_text("no subscription")
    page.route("**/api/billing", lambda route: refuse(route, 502))
    dismiss = page.get_by_role("button", name="Dismiss")
    dismiss.focus()

    for _ in range(2):
        page.wait_for_event("response", lambda response: "/api/billing" in response.url)

    expect(dismiss).to_be_focused()


def test_a_plan_with_two_periods_is_one_card_and_a_switch(page: Page, stack: Any, organization: Organization) -> None:
    page.route("**/api/plans", as_one_growth)
    sign_in(page, stack, organization.admin)
    growth = plan(page, "Growth")
    expect(growth).to_contain_text("$49per seat and month")
    growth.get_by_label("Seats").fill("4")

    page.get_by_role("radio", name="Monthly").press("ArrowRight")

    expect(growth).to_contain_text("$490per seat and year")
    expect(page.get_by_text("A year costs up to 17% less.")).to_be_visible()
    expect(plan(page, "Starter")).to_contain_text("$19per seat and month")
    with page.expect_request("**/api/subscription/create") as asked:
        choose(page, "Growth")
    assert asked.value.post_data_json == {**BACK, "itemPriceId": "growth-yearly", "seats": 4}


def test_a_change_is_on_its_way_until_it_has_arrived_and_so_is_what_is_paid_next(
    page: Page, stack: Any, organization: Organization
) -> None:
    sign_in(page, stack, organization.admin)
    subscribe(page, stack, plan_name="Starter", seats=1)
    expect(subscription(page)).to_contain_text(re.compile("Next charge\\$19 before tax, on "))

    plan(page, "Starter").get_by_label("Seats").fill("2")
    plan(page, "Starter").get_by_role("button").click()
    expect(page.get_by_role("dialog").get_by_role("definition").last).to_contain_text("$38")
    agree(page, stack)

    expect(page.get_by_role("status")).to_contain_text("Done: you are on Starter with 2 seats.")
    expect(page.get_by_role("status")).not_to_contain_text("on its way")
    expect(subscription(page)).to_contain_text("$19 per seat and month")
    expect(subscription(page)).to_contain_text(re.compile("Next charge\\$38 for 2 seats before tax, on "))


def test_a_sign_in_that_ends_in_the_middle_of_a_choice_comes_back_to_it(
    page: Page, stack: Any, organization: Organization
) -> None:
    """Also where the page that was left is answered only then, and in a form that is drawn after others."""
    held = holding(page, "**/api/payment-methods")
    sign_in(page, stack, organization.admin)
    plan(page, "Growth").get_by_label("Seats").fill("7")
    page.route("**/api/subscription/create", lambda route: refuse(route, 401))
    choose(page, "Growth")
    expect(page.get_by_role("status")).to_contain_text("You will be back where you were.")
    page.unroute("**/api/payment-methods")
    for route in held:
        refuse(route, 502)
    expect(page.locator("#methods")).to_contain_text("does not answer right now.")

    sign_in_again(page, organization)
    expect(plan(page, "Growth").get_by_label("Seats")).to_have_value("7")
    expect(plan(page, "Growth").get_by_role("button")).to_be_focused()

    page.route("**/api/wallet/top-ups", lambda route: refuse(route, 401))
    part(page, "Wallet").get_by_label("Amount in USD").fill("70")
    part(page, "Wallet").get_by_role("button", name="Top up").click()
    sign_in_again(page, organization)
    expect(part(page, "Wallet").get_by_label("Amount in USD")).to_have_value("70")


def sign_in_again(page: Page, organization: Organization) -> None:
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=organization.admin).click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_out_by_how_the_pages_are_made(
    page: Page, stack: Any, organization: Organization, scheme: Any
) -> None:
    """axe-core finds nothing, and every contrast is at least 4.5."""
    page.emulate_media(color_scheme=scheme)
    page.goto(stack.app)
    found = violations(page)
    sign_in(page, stack, organization.admin)
    expect(part(page, "Payment methods")).to_contain_text("No payment method is saved.")
    for closed in page.locator("summary").all():
        closed.click()
    found += violations(page)
    choose(page, "Starter")
    page.wait_for_url(stack.chargebee + "/pages/**")
    found += violations(page)
    complete(page, stack)
    expect(subscription(page)).to_contain_text("Active")
    found += violations(page)
    page.get_by_role("button", name="Manage billing").click()
    page.wait_for_url(stack.chargebee + "/portal/**")
    found += violations(page)
    assert found == []


def test_the_page_is_small(page: Page, stack: Any, organization: Organization) -> None:
    sign_in(page, stack, organization.admin)
    page.goto("about:blank")  # what the page asked for before is answered to nobody
    files: list[Response] = []
    page.on("response", lambda response: files.append(response) if "/api/" not in response.url else None)
    page.goto(stack.app)
    expect(plan(page, "Growth")).to_be_visible()
    assert sum(len(file.body()) for file in files) < MOST_BYTES


def refuse(route: Route, status: int) -> None:
    route.fulfill(status=status, body=json.dumps(AWAY))

"""What a visitor of the demo page does, and where they look."""

import json
import re
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import PATIENCE

expect.set_options(timeout=PATIENCE)


def sign_in(page: Page, stack: Any, email: str) -> None:
    page.goto(stack.app + "/")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=email).click()
    expect(page.get_by_role("banner")).to_contain_text(email)


def plan(page: Page, name: str) -> Locator:
    return page.get_by_role("article", name=name, exact=True)


def subscribe(page: Page, stack: Any, *, plan_name: str, seats: int) -> None:
    """Choose a plan, and pay for it on the vendor's hosted page."""
    plan(page, plan_name).get_by_label("Seats").fill(str(seats))
    choose(page, plan_name)
    complete(page, stack)


def choose(page: Page, plan_name: str) -> None:
    """Agree with what the plan costs, and go on to the vendor's hosted page.

    The first estimate of a stack starts a function, which on a busy machine takes more than a page's usual patience.
    """
    plan(page, plan_name).get_by_role("button").click()
    page.get_by_role("dialog").get_by_role("button", name="Continue").click(timeout=3 * PATIENCE)


def complete(page: Page, stack: Any, card: str = "ok") -> None:
    """Fill in the vendor's hosted page with one of its test cards, and come back."""
    page.wait_for_url(re.compile(re.escape(stack.chargebee) + "/pages/"))
    page.get_by_label("Card").select_option(card)
    page.get_by_role("button", name=re.compile("^(Pay|Start|Save|Confirm)")).click()
    page.wait_for_url(stack.app + "/**")


def agree(page: Page, stack: Any) -> None:
    """With what the change costs, and confirm it on the vendor's page."""
    page.get_by_role("dialog").get_by_role("button", name="Continue").click()
    complete(page, stack)


def subscription(page: Page) -> Locator:
    return page.get_by_role("region", name="Subscription", exact=True)


def part(page: Page, name: str) -> Locator:
    """A titled part of the page: the usage, the wallet, the payment methods, what is to be done."""
    return page.get_by_role("region", name=name, exact=True)


def as_one_growth(route: Route) -> None:
    """As if Growth by the month and by the year were the prices of one plan."""
    answer = route.fetch().json()
    for price in answer["plans"]:
        if price["itemPriceId"] in ("growth", "growth-yearly"):
            price["planId"] = "growth"
    route.fulfill(body=json.dumps(answer))


def holding(page: Page, url: str) -> list[Route]:
    """What is asked for from now on, and not answered."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(url, hold)
    return held

"""What a change costs before it is made, what is bought or given beside a plan, and where a spending cap stops use."""

import json
import re
import uuid
from typing import Any

import httpx
from playwright.sync_api import Page, Route, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import Organization
from tests.browser.journey import agree, as_one_growth, holding, part, plan, sign_in, subscribe, subscription
from tests.stack.world import now

A_WEEK = 604_800
SCALE = {"id": "sub_scale", "itemPriceId": "scale", "plan": "Scale", "seats": 9}


def used(stack: Any, organization: Organization, quantity: int) -> None:
    """As the team's backend reports it."""
    event = {"id": uuid.uuid4().hex, "feature": "api-calls", "quantity": quantity, "occurredAt": now()}
    answer = as_machine(stack, organization, "usage", {"events": [event]}).json()
    assert [each["result"] for each in answer["events"]] == ["recorded"]


def as_machine(stack: Any, organization: Organization, path: str, body: dict[str, Any]) -> httpx.Response:
    with httpx.Client(trust_env=False) as http:
        minted = http.post(f"{stack.scalekit}/_sim/token", json={"scopes": ["usage:write", "billing:admin"]})
        headers = {"Authorization": f"Bearer {minted.json()['access_token']}"}
        url = f"{stack.app}/api/organizations/{organization.id}/{path}"
        return http.post(url, json=body, headers=headers).raise_for_status()


def test_a_change_is_asked_with_what_it_costs_and_taken_back_while_it_is_scheduled(
    page: Page, stack: Any, organization: Organization
) -> None:
    sign_in(page, stack, organization.admin)
    expect(part(page, "Add-ons")).to_contain_text("With a subscription")
    subscribe(page, stack, plan_name="Growth", seats=3)
    expect(subscription(page)).to_contain_text("Free trial")
    asked = page.get_by_role("dialog")

    page.get_by_role("button", name="Add Priority support").press("Enter")
    expect(asked.get_by_role("definition").first).to_have_text("Nothing")
    expect(asked.get_by_role("definition").last).to_have_text("$246Growth for 3, Priority support")
    assert violations(page) == []
    agree(page, stack)
    expect(page.get_by_role("status")).to_contain_text("Done: your add-ons are as you want them.")
    expect(subscription(page)).to_contain_text("Add-onsPriority support")

    plan(page, "Starter").get_by_label("Seats").fill("2")
    page.get_by_label("Coupon").fill(organization.name)
    plan(page, "Starter").get_by_role("button").click()
    expect(plan(page, "Starter").get_by_role("alert")).to_contain_text("There is no such coupon.")
    page.request.post(f"{stack.app}/_local/coupons?id={organization.name}&percent=50", data={})
    plan(page, "Starter").get_by_role("button").click()
    expect(asked.get_by_role("definition").last).to_contain_text(f"off by {organization.name}")
    asked.get_by_role("button", name="Go back").click()
    page.get_by_label("Coupon").fill("")
    plan(page, "Starter").get_by_role("button").click()
    asked.get_by_role("radio", name="Now").press("ArrowRight")
    expect(asked.get_by_role("definition").last).to_have_text("$137Starter for 2, Priority support")
    agree(page, stack)
    expect(subscription(page)).to_contain_text("it becomes Starter with 2 seats.")
    plan(page, "Scale").get_by_role("button").click()
    expect(plan(page, "Scale").get_by_role("alert")).to_contain_text("is scheduled already. Withdraw the change, or ")

    page.get_by_role("button", name="Withdraw the change").click()
    expect(subscription(page)).not_to_contain_text("it becomes")
    page.get_by_role("button", name="Remove Priority support").click()
    expect(asked.get_by_role("definition").last).to_have_text("$147Growth for 3")
    asked.get_by_role("button", name="Go back").click()
    expect(page.get_by_role("button", name="Remove Priority support")).to_be_focused()


def test_of_two_plans_pressed_before_an_estimate_comes_the_last_one_is_asked_about_and_bought(
    page: Page, stack: Any, organization: Organization
) -> None:
    sign_in(page, stack, organization.admin)
    held = holding(page, "**/api/subscription/preview")
    bought: list[Any] = []
    page.on("request", lambda it: bought.append(it.post_data_json) if "/create" in it.url else None)
    for name in ("Starter", "Scale"):
        plan(page, name).get_by_role("button").click()
        expect(plan(page, name).get_by_role("button")).to_have_attribute("aria-busy", "true")

    held[1].continue_()
    expect(page.get_by_role("dialog")).to_contain_text("Subscribe to Scale with 1 seat?")
    held[0].continue_()
    expect(plan(page, "Starter").get_by_role("button")).not_to_have_attribute("aria-busy", "true")
    expect(page.get_by_role("dialog")).to_contain_text("Subscribe to Scale with 1 seat?")
    page.get_by_role("dialog").get_by_role("button", name="Continue").click()

    page.wait_for_url(stack.chargebee + "/pages/**")
    assert [each["itemPriceId"] for each in bought] == ["scale"]


def test_no_cost_stands_beside_a_time_or_a_question_that_it_is_not_of(
    page: Page, stack: Any, organization: Organization
) -> None:
    sign_in(page, stack, organization.admin)
    subscribe(page, stack, plan_name="Starter", seats=1)
    expect(subscription(page)).to_contain_text("Active")
    asked = page.get_by_role("dialog")
    plan(page, "Scale").get_by_role("button").click()
    expect(asked).to_contain_text("$99")

    held = holding(page, "**/api/subscription/preview")
    asked.get_by_role("radio", name="Now").press("ArrowRight")
    expect(asked).to_contain_text("Estimating…")
    expect(asked).not_to_contain_text("$99")
    asked.get_by_role("button", name="Go back").click()

    page.route("**/api/subscription/preview", lambda route: route.continue_())
    plan(page, "Growth").get_by_role("button").click()
    expect(asked).to_contain_text("$49")
    with page.expect_response("**/api/subscription/preview"):
        held[0].continue_()
    page.evaluate("() => new Promise(requestAnimationFrame)")
    expect(asked).to_contain_text("$49")
    expect(asked).not_to_contain_text("$99")


def test_each_subscription_of_several_lines_is_told_and_changed_by_its_name(
    page: Page, stack: Any, organization: Organization
) -> None:
    page.route("**/api/plans", lambda route: in_line(route, "scale", "insights"))
    page.route("**/api/subscription/cancel", lambda route: route.fulfill(body="{}"))
    sign_in(page, stack, organization.admin)
    subscribe(page, stack, plan_name="Starter", seats=2)
    expect(subscription(page)).to_contain_text("Active")
    page.route("**/api/billing", lambda route: with_another(route, SCALE))
    cards = subscription(page).get_by_role("article")
    expect(cards).to_contain_text([re.compile("^ScaleInsights.*9.*\\$99 per"), re.compile("^Starter.*2.*\\$19 per")])
    expect(page.get_by_role("region", name="Plans of Insights").get_by_role("article")).to_contain_text("Your plan")
    expect(plan(page, "Free")).not_to_contain_text("Your plan")

    plan(page, "Scale").get_by_label("Seats").fill("10")
    with page.expect_request("**/api/subscription/preview") as asked:
        plan(page, "Scale").get_by_role("button").press("Enter")
    assert asked.value.post_data_json == {"subscriptionId": SCALE["id"], "itemPriceId": "scale", "seats": 10}
    plan(page, "Starter").get_by_label("Seats").fill("3")
    plan(page, "Starter").get_by_role("button").press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Change Starter to 3 seats?")
    page.keyboard.press("Escape")
    page.get_by_role("radio", name="Scale").press("ArrowDown")
    page.get_by_role("button", name="Add Priority support").press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Add Priority support to Starter?")
    page.keyboard.press("Escape")
    assert violations(page) == []
    page.get_by_role("button", name="Cancel subscription: Scale").press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Cancel Scale?")
    with page.expect_request("**/api/subscription/cancel") as asked:
        page.get_by_role("button", name="Cancel it").press("Enter")
    assert asked.value.post_data_json == {"subscriptionId": SCALE["id"]}


def test_a_switch_shows_what_is_known_now_and_not_what_was_when_it_was_drawn(
    page: Page, stack: Any, organization: Organization
) -> None:
    page.route("**/api/plans", as_one_growth)
    sign_in(page, stack, organization.admin)
    subscribe(page, stack, plan_name="Starter", seats=2)
    expect(subscription(page)).to_contain_text("Active")
    page.route("**/api/billing", without_any)
    page.reload()
    expect(subscription(page)).to_contain_text("no subscription")
    page.unroute("**/api/billing")
    expect(plan(page, "Starter").get_by_role("button")).to_have_text("Change seats")

    page.route("**/api/billing", lambda route: route.abort())
    page.get_by_role("radio", name="Monthly").press("ArrowRight")

    expect(page.get_by_role("radio", name="Yearly")).to_be_checked()
    expect(plan(page, "Growth").get_by_role("button")).to_have_text("Switch plan")


def without_any(route: Route) -> None:
    """As it was before the purchase."""
    route.fulfill(body=json.dumps(route.fetch().json() | {"subscriptions": []}))


def in_line(route: Route, item_price_id: str, line: str) -> None:
    """As if the plan were sold beside the others."""
    answer = route.fetch().json()
    for price in answer["plans"]:
        if price["itemPriceId"] == item_price_id:
            price["line"] = line
    route.fulfill(body=json.dumps(answer))


def with_another(route: Route, subscription: dict[str, Any]) -> None:
    """As if the organization had bought a second one."""
    answer = route.fetch().json()
    answer["subscriptions"].insert(0, answer["subscriptions"][0] | subscription)
    route.fulfill(body=json.dumps(answer))


def test_what_is_used_up_is_told_from_what_the_spending_cap_stops(
    page: Page, stack: Any, organization: Organization
) -> None:
    sign_in(page, stack, organization.admin)
    subscribe(page, stack, plan_name="Growth", seats=1)
    expect(subscription(page)).to_contain_text("Free trial")
    usage, wallet = part(page, "Usage"), part(page, "Wallet")
    used(stack, organization, 10_000)
    expect(usage).to_contain_text("Used up. See the plans with more")

    credit = {"id": "credit", "amount": 900, "currency": "USD", "reason": "Paid by transfer"}
    for more in ({}, {"id": "gift", "amount": 100, "kind": "promotional", "expiresAt": now() + A_WEEK}):
        as_machine(stack, organization, "wallet/adjustments", credit | more)
    expect(wallet.get_by_role("listitem")).to_have_text([re.compile(r"^\$1 given, until "), "$9 paid for"])
    expect(usage).to_contain_text("Use goes on: what is beyond the plan is paid for.")
    wallet.get_by_text("Set a spending cap").click()
    wallet.get_by_label("At most a month (USD)").fill("5")
    wallet.get_by_role("button", name="Set the cap").click()
    expect(wallet).to_contain_text("$0 of $5 was spent on use beyond the plan this month.")
    used(stack, organization, 250)
    expect(usage).to_contain_text("Stopped by your spending cap.")
    usage.get_by_role("link", name="Change the cap").click()

    wallet.get_by_label("At most a month (USD)").fill("")
    wallet.get_by_role("button", name="Set the cap").click()
    expect(wallet).to_contain_text("Use beyond the plan may cost any amount.")
    expect(usage).to_contain_text("Use goes on")


def test_an_operator_gives_units_and_sets_an_alert_that_rings(
    page: Page, stack: Any, organization: Organization
) -> None:
    sign_in(page, stack, organization.admin)
    expect(part(page, "Usage")).to_contain_text("0 of 100")
    page.goto(f"{stack.app}/operator.html")
    giving = part(page, "Grants, coupons, alerts")
    giving.get_by_label("Organization").select_option(organization.id)
    give, alert = giving.get_by_role("form", name="Give"), giving.get_by_role("form", name="Set alerts")
    give.get_by_label("Feature").fill("api-calls")
    give.get_by_label("More units, once").fill("500")
    give.get_by_label("Why").fill("Launch week")
    give.get_by_role("button").click()
    alert.get_by_label("Feature").fill("api-calls")
    alert.get_by_label("At percent").fill("50, 80")
    alert.get_by_role("button").click()
    expect(giving).to_contain_text("API calls: 50%, 80%")

    used(stack, organization, 480)
    expect(giving.get_by_role("row").filter(has_text=organization.id)).to_contain_text("API calls80%")
    assert violations(page) == []
    page.goto(stack.app)
    expect(part(page, "Usage")).to_contain_text("480 of 600120 left")
    expect(part(page, "Usage")).to_contain_text("Given beside the plan:500 more API calls, once")
    page.go_back()
    giving.get_by_label("Organization").select_option(organization.id)
    giving.get_by_role("button", name="Take away 500 more API calls, once").click()
    expect(giving).to_contain_text("Nothing was given.")

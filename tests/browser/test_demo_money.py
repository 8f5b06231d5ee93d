"""Usage, the wallet and payment methods as an admin sees them: the page follows, nobody reloads it."""

import json
import subprocess
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Organization
from tests.browser.journey import choose, complete, part, plan, sign_in, subscribe, subscription
from tests.stack.chargebee import Chargebee

A_MONTH = 32 * 86_400
CALL_SECONDS = 30


def top_up(page: Page, stack: Any, amount: str) -> None:
    wallet = part(page, "Wallet")
    wallet.get_by_label("Amount in USD").fill(amount)
    wallet.get_by_role("button", name="Top up").click()
    complete(page, stack)


def test_a_top_up_is_in_the_wallet_when_the_browser_is_back(page: Page, stack: Any, organization: Organization) -> None:
    sign_in(page, stack, organization.admin)
    expect(part(page, "Wallet").get_by_role("paragraph").first).to_have_text("$0")

    top_up(page, stack, "12.50")

    wallet = part(page, "Wallet")
    expect(wallet.get_by_role("paragraph").first).to_have_text("$12.50")
    expect(wallet.get_by_role("row", name="Top-up")).to_contain_text("+$12.50")
    expect(page.get_by_role("status")).to_contain_text("Thank you")


def test_a_wallet_that_is_low_fills_itself_up_once_that_is_turned_on(
    page: Page, stack: Any, organization: Organization
) -> None:
    sign_in(page, stack, organization.admin)
    top_up(page, stack, "20")
    wallet = part(page, "Wallet")
    wallet.get_by_text("Set up auto top-up").click()
    wallet.get_by_role("switch", name="Auto top-up").check()
    wallet.get_by_label("When the balance is at most").fill("20")
    wallet.get_by_label("Add").fill("30")
    wallet.get_by_label("Monthly limit").fill("25")
    save = wallet.get_by_role("button", name="Save")
    save.press("Enter")
    refusal = wallet.get_by_label("Monthly limit").evaluate("input => input.validationMessage")
    assert refusal == "The monthly limit must be at least what one top-up adds."

    wallet.get_by_label("Monthly limit").fill("45")
    save.press("Enter")

    expect(wallet).to_contain_text("Topped up by $30 whenever $20 or less is left.")
    expect(save).to_be_focused()
    expect(wallet.get_by_role("paragraph").first).to_have_text("$50")
    expect(wallet).to_contain_text("$30 of $45 this month.")
    expect(wallet.get_by_role("row", name="Automatic top-up")).to_contain_text("+$30")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_copied_call_of_a_backend_moves_the_bar(page: Page, stack: Any, organization: Organization) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, stack, organization.admin)
    bar = part(page, "Usage").get_by_role("meter", name="API calls")
    expect(bar).to_have_attribute("aria-valuetext", "0 of 100")
    part(page, "Usage").get_by_text("Report usage from your backend").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    command = page.evaluate("navigator.clipboard.readText()")

    for _ in range(2):
        called = subprocess.run(["bash", "-c", command], capture_output=True, check=True, timeout=CALL_SECONDS)
        assert [each["result"] for each in json.loads(called.stdout)["events"]] == ["recorded"]

    expect(bar).to_have_attribute("aria-valuetext", "50 of 100")
    expect(part(page, "Usage")).to_contain_text("50 left")


def test_the_copied_call_counts_after_time_was_let_pass_too(
    page: Page, stack: Any, organization: Organization, chargebee: Chargebee
) -> None:
    page.request.post(f"{stack.app}/_local/clock?seconds={A_MONTH}", data={})
    sign_in(page, stack, organization.admin)
    part(page, "Usage").get_by_text("Report usage from your backend").click()
    command = page.locator("#report-command code").inner_text()

    called = subprocess.run(["bash", "-c", command], capture_output=True, check=True, timeout=CALL_SECONDS)

    assert [each["result"] for each in json.loads(called.stdout)["events"]] == ["recorded"]
    expect(part(page, "Usage")).to_contain_text("25 of 100")


def test_cards_are_added_made_the_default_and_removed(page: Page, stack: Any, organization: Organization) -> None:
    sign_in(page, stack, organization.admin)
    methods = part(page, "Payment methods")
    for card in ("ok", "declined"):
        methods.get_by_role("button", name="Add a payment method").click()
        complete(page, stack, card)
    default = methods.get_by_role("listitem").filter(has=page.get_by_text("Default", exact=True))
    expect(methods.get_by_role("listitem")).to_have_count(2)
    expect(default).to_contain_text("Visa ending in 1111")

    methods.get_by_role("button", name="Make Visa ending in 8320 the default").click()
    expect(default).to_contain_text("Visa ending in 8320")

    methods.get_by_role("button", name="Remove Visa ending in 1111").click()
    page.get_by_role("dialog").get_by_role("button", name="Keep it").click()
    expect(methods.get_by_role("listitem")).to_have_count(2)
    methods.get_by_role("button", name="Remove Visa ending in 1111").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(methods.get_by_role("listitem")).to_have_count(1)
    expect(default).to_contain_text("Visa ending in 8320")


def test_a_renewal_that_was_declined_says_so_until_it_is_paid(
    page: Page, stack: Any, organization: Organization, chargebee: Chargebee
) -> None:
    sign_in(page, stack, organization.admin)
    subscribe(page, stack, plan_name="Starter", seats=2)
    expect(subscription(page)).to_contain_text("Active")
    chargebee.set_card(organization.id, "declined")
    chargebee.advance(A_MONTH)

    to_do = part(page, "To do")
    expect(to_do).to_contain_text("$38 could not be collected")
    expect(subscription(page)).to_contain_text("Past due")
    expect(to_do.get_by_role("link", name="Update payment method")).to_be_visible()

    to_do.get_by_role("link", name="Pay $38").click()
    complete(page, stack)

    expect(subscription(page)).to_contain_text("Active")
    expect(to_do.get_by_role("article")).to_have_count(0)


def test_a_checkout_that_was_left_can_be_finished(page: Page, stack: Any, organization: Organization) -> None:
    sign_in(page, stack, organization.admin)
    choose(page, "Growth")
    page.get_by_role("button", name="Cancel").click()

    part(page, "To do").get_by_role("link", name="Finish checkout").click()
    complete(page, stack, card="none")

    expect(subscription(page)).to_contain_text("Free trial")
    expect(part(page, "To do")).to_contain_text("Without one, the plan ends with the trial")
    expect(part(page, "Usage")).to_contain_text("SSO")


def test_a_member_sees_what_has_to_be_done_and_no_way_to_do_it(
    page: Page, stack: Any, organization: Organization
) -> None:
    sign_in(page, stack, organization.admin)
    choose(page, "Starter")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Sign out").click()

    sign_in(page, stack, organization.member)

    expect(part(page, "To do")).to_contain_text("Your checkout is not finished")
    expect(part(page, "To do").locator("a, button")).to_have_count(0)


def test_the_trial_that_was_had_is_not_offered_again(
    page: Page, stack: Any, organization: Organization, chargebee: Chargebee
) -> None:
    sign_in(page, stack, organization.admin)
    expect(plan(page, "Growth").get_by_role("button")).to_have_text("Try 14 days")
    subscribe(page, stack, plan_name="Growth", seats=1)
    expect(subscription(page)).to_contain_text("Free trial")

    (bought,) = chargebee.live(organization.id)
    chargebee.command(bought["id"], "cancel_for_items")

    expect(subscription(page)).to_contain_text("no subscription")
    expect(plan(page, "Growth").get_by_role("button")).to_have_text("Subscribe")


def test_what_was_just_paid_is_not_called_unfinished_while_it_is_being_confirmed(
    page: Page, stack: Any, organization: Organization
) -> None:
    sign_in(page, stack, organization.admin)
    choose(page, "Starter")
    page.wait_for_url(stack.chargebee + "/pages/**")

    page.goto(stack.app + "/?subscribed=1")

    expect(subscription(page)).to_contain_text("Waiting for the payment to be confirmed")
    expect(part(page, "To do").get_by_role("article")).to_have_count(0)


def test_the_rest_of_the_page_works_while_the_payment_methods_cannot_be_read(
    page: Page, stack: Any, organization: Organization
) -> None:
    error = {"error": "Chargebee did not answer.", "code": "chargebee_unavailable"}
    page.route("**/api/payment-methods", lambda route: route.fulfill(status=502, body=json.dumps(error)))
    sign_in(page, stack, organization.admin)
    methods = part(page, "Payment methods")
    expect(methods).to_contain_text("Our billing provider does not answer right now.")
    expect(part(page, "Usage")).to_contain_text("0 of 100")

    page.unroute("**/api/payment-methods")
    methods.get_by_role("button", name="Try again").click()
    expect(methods).to_contain_text("No payment method is saved.")


def test_what_was_billed_is_listed_with_its_pdf_and_what_comes_next(
    page: Page, stack: Any, organization: Organization
) -> None:
    sign_in(page, stack, organization.admin)
    invoices = part(page, "Invoices")
    expect(invoices).to_contain_text("There are no invoices yet.")
    bought = {"id": "7", "status": "payment_due", "date": 1_800_000_000, "currency": "USD", "total": 5_700}
    coming = {"currency": "USD", "total": 5_700, "tax": 700, "credits": 0, "amountDue": 5_700}
    answer = {"invoices": [{**bought, "amountDue": 1_900}], "upcoming": [coming], "cursor": None}
    page.route("**/api/invoices", lambda route: route.fulfill(body=json.dumps(answer)))
    page.route("**/api/invoices/7/download", lambda route: route.fulfill(body=json.dumps({"url": "/the.pdf"})))

    page.reload()

    expect(invoices).to_contain_text("The next invoice will be $57, $7 of it tax.")
    expect(invoices.get_by_role("listitem")).to_contain_text("$57$19 is open")
    expect(invoices.get_by_role("listitem")).to_contain_text("Due")
    invoices.get_by_role("button", name="PDF of invoice 7").click()
    page.wait_for_url("**/the.pdf")

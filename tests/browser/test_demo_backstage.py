"""What stands beside the billing page: what just happened, and how it fails on purpose."""

import json
import uuid
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import PATIENCE, Organization
from tests.browser.journey import part, plan, sign_in, subscribe, subscription
from tests.stack.chargebee import Chargebee
from tests.stack.waiting import until
from tests.stack.world import now

# Functions may have to start, one after the other, before something is announced.
COLD = 3 * PATIENCE


def happened(page: Page, stage: str, title: str) -> Locator:
    """The lines of one stage about one thing, the newest first."""
    lines = page.get_by_role("complementary").get_by_role("listitem")
    return lines.filter(has=page.get_by_text(stage, exact=True)).filter(has=page.get_by_text(title, exact=True))


def test_an_announcement_is_followed_back_to_the_webhook_that_it_comes_of(
    page: Page, stack: Any, organization: Organization
) -> None:
    sign_in(page, stack, organization.admin)
    row = happened(page, "On the bus", "customer.created")
    expect(row).to_have_count(1, timeout=COLD)
    row.locator("summary").press("Enter")
    for stage, title in [
        ("Changed", "customer.created"),
        ("Processed", "organization.created"),
        ("Accepted", "organization.created"),
        ("Webhook sent", "Scalekit: organization.created"),
    ]:
        row.get_by_role("button", name=f"{stage.lower()}: {title}").click(timeout=COLD)
        row = happened(page, stage, title)
        expect(row.locator("summary")).to_be_focused()
    expect(row.locator("pre")).to_contain_text(organization.id)
    expect(happened(page, "Call to Chargebee", "POST /customers")).to_have_count(1)
    assert violations(page) == []


def test_a_timeline_that_cannot_be_read_says_so_until_it_can(
    page: Page, stack: Any, organization: Organization
) -> None:
    def out_of_reach(route: Route) -> None:
        route.fulfill(status=502, json={"error": "The table does not answer."})

    page.route("**/_local/timeline*", out_of_reach)
    sign_in(page, stack, organization.admin)
    unread = page.locator("#timeline-unread")
    expect(unread).to_have_text("What happened cannot be read: The table does not answer. Trying again…")
    page.unroute("**/_local/timeline*", out_of_reach)
    expect(unread).to_have_text("")
    expect(happened(page, "Webhook sent", "Scalekit: organization.created")).to_have_count(1)


def test_a_line_that_was_noted_is_no_note_of_a_button_s(page: Page, stack: Any, organization: Organization) -> None:
    noted = {"id": "1", "at": 0, "stage": "note", "title": "reconciled", "outcome": "", "document": {}, "cause": None}
    page.route("**/_local/timeline*", lambda route: route.abort())
    page.route("**/_local/timeline*", lambda route: route.fulfill(json={"rows": [noted]}), times=1)
    sign_in(page, stack, organization.admin)
    expect(happened(page, "Noted", "reconciled")).to_have_count(1)

    page.get_by_text("Make it fail").click()
    with page.expect_response("**/_local/failures*"):
        page.get_by_role("button", name="Chargebee works again").click()

    assert happened(page, "Noted", "reconciled").count() == 1


def test_a_stack_that_is_gone_is_told_in_words_that_say_so(page: Page, stack: Any, organization: Organization) -> None:
    """What could not be offered meanwhile is, as soon as it is back."""
    page.route("**/_local/**", lambda route: route.abort())
    sign_in(page, stack, organization.admin)
    said = "The app cannot be reached. Trying again…"
    expect(page.locator("#timeline-unread")).to_have_text(f"What happened cannot be read: {said}")
    page.unroute("**/_local/**")
    expect(page.get_by_text("Make it fail")).to_be_visible()
    page.route("**/_local/**", lambda route: route.abort())
    page.goto(f"{stack.app}/operator.html")
    expect(page.locator("#messages")).to_contain_text(said)


def test_what_an_operator_has_opened_stays_open_while_the_stack_goes_on(
    page: Page, stack: Any, organization: Organization
) -> None:
    page.goto(f"{stack.app}/operator.html")
    opened = part(page, "Organizations").get_by_label(f"Show the row of {organization.id}")
    opened.click(timeout=COLD)
    another = {"display_name": f"A {organization.name}"}
    page.request.post(f"{stack.scalekit}/api/v1/organizations", data=another)

    expect(part(page, "Organizations")).to_contain_text(another["display_name"], timeout=COLD)
    expect(page.locator("details[open] pre")).to_contain_text(organization.id)


def test_what_goes_wrong_at_the_press_of_a_button_changes_nothing_that_was_promised(
    page: Page, stack: Any, organization: Organization, chargebee: Chargebee
) -> None:
    sign_in(page, stack, organization.admin)
    subscribe(page, stack, plan_name="Starter", seats=1)
    expect(subscription(page)).to_contain_text("Active")
    page.get_by_text("Make it fail").click()

    page.get_by_role("button", name="Send the last webhook again").click()
    twice = page.get_by_role("listitem").filter(has=page.get_by_text("Processed", exact=True))
    expect(twice.filter(has_text="duplicate").first).to_be_visible()

    page.get_by_role("button", name="Lose a webhook").click()
    expect(page.get_by_text("Chargebee has 2 seats now, and told nobody.")).to_be_visible()
    page.get_by_role("button", name="Reconcile now").click()
    expect(subscription(page).get_by_role("definition").first).to_have_text("2")

    for failure, done, told in (
        ("Chargebee is down", "answered with 503", "Nothing was done. Try again in a moment."),
        ("Chargebee limits us", "is one too many", "Our billing provider is very busy right now."),
        ("Chargebee is slow", "takes 9 seconds", "took too long to answer. Try again: it will not be done twice."),
    ):
        page.get_by_role("button", name=failure).click()
        expect(page.get_by_text(done)).to_be_visible()
        plan(page, "Growth").get_by_role("button").click()
        expect(plan(page, "Growth").get_by_role("alert")).to_contain_text(told)
        expect(subscription(page)).to_contain_text("Active")

    page.get_by_role("button", name="Chargebee works again").click()
    page.get_by_role("button", name="To the next renewal").click()
    expect(happened(page, "On the bus", "subscription.renewed")).to_have_count(1)
    chargebee.set_card(organization.id, "declined")
    page.get_by_role("button", name="To the next renewal").click()
    expect(subscription(page)).to_contain_text("Everything keeps working for now.")
    for _ in range(2):
        page.get_by_role("button", name="A week later").click()
    expect(subscription(page)).to_contain_text("What it grants is on hold until it is paid.")


def test_an_operator_sees_dead_letters_and_the_alarm_and_redrives_one_and_throws_one_away(
    page: Page, stack: Any, organization: Organization
) -> None:
    event_id, good_id = (f"ev_{uuid.uuid4().hex[:8]}" for _ in range(2))
    customer = {"id": organization.id, "meta_data": {"organizationId": organization.id}, "resource_version": 1}
    good = {"id": good_id, "event_type": "customer_changed", "occurred_at": now(), "content": {"customer": customer}}
    url = stack.outputs["EventsDeadLettersUrl"]
    for sent in ({"id": event_id, "content": {"customer": {"id": "org_poisoned"}}}, good):
        stack.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(sent))
    page.goto(f"{stack.app}/operator.html")
    alarms = part(page, "Alarms that would ring")
    ringing = alarms.get_by_role("listitem").filter(has_text="EventsDeadLetters")
    expect(ringing).to_contain_text("ringing")

    page.get_by_role("button", name="List the dead letters").click()
    expect(page.get_by_role("row").filter(has_text=event_id)).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name=f"Redrive {good_id}").click()
    expect(page.get_by_role("row").filter(has_text=good_id)).to_have_count(0)
    page.get_by_role("button", name=f"Discard {event_id}").click()

    expect(ringing).to_have_count(0)
    key = {"pk": {"S": f"EVENT#chargebee#{good_id}"}, "sk": {"S": "EVENT"}}
    table = stack.client("dynamodb")
    until(lambda: "Item" in table.get_item(TableName=stack.table, Key=key), bool)
    expect(page.get_by_role("button", name="List the dead letters")).to_have_count(0)
    expect(part(page, "Organizations").get_by_role("row").filter(has_text="Acme").first).to_be_visible()

"""The pages as a browser gets them."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.local.chargebee.world import DAY, Vendor


@pytest.fixture
def browser(world: Vendor) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=world.http.base_url) as client:
        yield client


def test_a_checkout_shows_what_is_bought_and_sends_the_browser_back(world: Vendor, browser: httpx.Client) -> None:
    page = world.open_checkout(subscription={"id": "sub_1"})
    shown = browser.get(urlsplit(page.url).path)
    assert "Chargebee simulator" in shown.text and "Growth &times; 2" in shown.text and "Pay USD 98.00" in shown.text
    assert world.sdk.HostedPage.retrieve(page.id).hosted_page.state == "requested"
    paid = browser.post(f"/pages/v4/{page.id}/", data={"card": "ok"})
    assert paid.status_code == 303
    assert paid.headers["location"] == f"https://app.example/success?state=abc&id={page.id}&state=succeeded"
    assert world.subscription("sub_1").status == "active"
    again = browser.get(f"/pages/v4/{page.id}/")
    assert again.status_code == 409 and "already succeeded" in again.text


def test_a_trial_is_offered_as_one(world: Vendor, browser: httpx.Client) -> None:
    page = world.open_checkout(subscription={"id": "sub_1", "trial_end": world.now() + 14 * DAY})
    shown = browser.get(f"/pages/v4/{page.id}/").text
    assert "Start trial" in shown and "Free trial until" in shown and "No card" in shown


def test_a_declined_card_keeps_the_form_open(world: Vendor, browser: httpx.Client) -> None:
    page = world.open_checkout(subscription={"id": "sub_1"})
    refused = browser.post(f"/pages/v4/{page.id}/", data={"card": "declined"})
    assert refused.status_code == 400 and "card was declined" in refused.text and 'id="pay"' in refused.text
    assert browser.post(f"/pages/v4/{page.id}/", data={"card": "ok"}).status_code == 303


def test_cancelling_leads_to_the_cancel_url_and_closes_the_page(world: Vendor, browser: httpx.Client) -> None:
    page = world.open_checkout()
    left = browser.post(f"/pages/v4/{page.id}/cancel")
    assert left.headers["location"] == f"https://app.example/billing?id={page.id}&state=cancelled"
    assert "already cancelled" in browser.get(f"/pages/v4/{page.id}/").text


def test_expired_and_unknown_pages_say_so(world: Vendor, browser: httpx.Client) -> None:
    page = world.open_checkout()
    world.advance(4 * 3600)
    assert "expired" in browser.get(f"/pages/v4/{page.id}/").text
    assert browser.get("/pages/v4/nope/").status_code == 404


def test_a_page_without_a_return_url_says_goodbye_itself(world: Vendor, browser: httpx.Client) -> None:
    world.customer("org_1")
    page = world.sdk.HostedPage.manage_payment_sources({"customer": {"id": "org_1"}}).hosted_page
    assert "Save card" in browser.get(f"/pages/v4/{page.id}/").text
    assert "close this page" in browser.post(f"/pages/v4/{page.id}/", data={"card": "ok"}).text


def _enter(world: Vendor, browser: httpx.Client, customer_id: str) -> str:
    asked = {"customer": {"id": customer_id}, "redirect_url": "https://app.example/billing"}
    url: str = world.sdk.PortalSession.create(asked).portal_session.access_url
    assert browser.get(url).status_code == 303
    return url


def test_the_portal_changes_cancels_restores_pauses_and_resumes(world: Vendor, browser: httpx.Client) -> None:
    world.subscribe("sub_1")
    _enter(world, browser, "sub_1-owner")

    def press(action: str, **fields: str) -> str:
        assert browser.post(f"/portal/v2/subscriptions/sub_1/{action}", data=fields).status_code == 303
        return str(world.subscription().status)

    assert 'value="growth" selected' in browser.get("/portal/v2/home").text
    assert press("change", plan="scale", seats="3") == "active"
    assert world.subscription().subscription_items[0].quantity == 3
    assert press("cancel") == "non_renewing"
    assert "Keep my subscription" in browser.get("/portal/v2/home").text
    assert press("keep") == "active"
    assert press("pause") == "paused"
    assert press("resume") == "active"
    assert {event["source"] for event in world.events() if "paused" in event["event_type"]} == {"portal"}


def test_the_portal_link_works_once_and_not_after_its_hour(world: Vendor, browser: httpx.Client) -> None:
    world.customer("org_1")
    url = _enter(world, browser, "org_1")
    assert httpx.get(url).status_code == 401
    late = world.sdk.PortalSession.create({"customer": {"id": "org_1"}}).portal_session
    world.advance(3600)
    assert httpx.get(late.access_url).status_code == 401
    assert httpx.get(world.http.base_url.join("/portal/v2/home")).status_code == 401


def test_the_portal_shows_refusals_and_only_the_customers_own(world: Vendor, browser: httpx.Client) -> None:
    world.subscribe("sub_1")
    world.subscribe("sub_2")
    _enter(world, browser, "sub_1-owner")
    assert browser.post("/portal/v2/subscriptions/sub_2/cancel").status_code == 401
    assert world.subscription("sub_2").status == "active"
    refused = browser.post("/portal/v2/subscriptions/sub_1/change", data={"plan": "growth", "seats": "0"})
    assert refused.status_code == 400 and "at least 1" in refused.text
    assert browser.post("/portal/v2/subscriptions/sub_1/explode").status_code == 400


def test_the_portal_replaces_the_card_and_leads_back(world: Vendor, browser: httpx.Client) -> None:
    world.subscribe("sub_1")
    _enter(world, browser, "sub_1-owner")
    browser.post("/portal/v2/card", data={"card": "declined"})
    assert "Visa ending in 8320" in browser.get("/portal/v2/home").text
    left = browser.post("/portal/v2/leave")
    assert left.headers["location"] == "https://app.example/billing"
    assert browser.get("/portal/v2/home").status_code == 401


def test_what_a_customer_is_called_cannot_become_markup(world: Vendor, browser: httpx.Client) -> None:
    world.sdk.Customer.create({"id": "org_1", "company": "<script>alert(1)</script>"})
    _enter(world, browser, "org_1")
    shown = browser.get("/portal/v2/home").text
    assert "<script>" not in shown and re.search("&lt;script&gt;", shown)


def test_cards_are_added_in_the_browser_and_what_is_owed_is_paid_there(world: Vendor, browser: httpx.Client) -> None:
    world.customer("org_1")
    cards = world.sdk.HostedPage.manage_payment_sources({"customer": {"id": "org_1"}}).hosted_page
    assert "asks for authentication" in browser.get(f"/pages/v4/{cards.id}/").text
    browser.post(f"/pages/v4/{cards.id}/", data={"card": "3ds"})
    charge = {"customer_id": "org_1", "charges": [{"amount": 700, "description": "Top-up"}], "auto_collection": "off"}
    invoice = world.sdk.Invoice.create_for_charge_items_and_charges(charge).invoice
    owed = world.sdk.HostedPage.collect_now({"customer": {"id": "org_1"}}).hosted_page
    shown = browser.get(f"/pages/v4/{owed.id}/").text
    assert f"Invoice {invoice.id}" in shown and "Pay USD 7.00" in shown
    browser.post(f"/pages/v4/{owed.id}/", data={"card": "3ds"})
    assert world.sdk.Invoice.retrieve(invoice.id).invoice.status == "paid"


def test_a_metered_item_is_offered_as_billed_by_use(world: Vendor, browser: httpx.Client) -> None:
    items = [{"item_price_id": "growth", "quantity": 1}, {"item_price_id": "api-calls"}]
    page = world.open_checkout(subscription_items=items)
    assert "API calls, billed by use" in browser.get(f"/pages/v4/{page.id}/").text

"""What stands beside the billing page: what just happened, and how it fails on purpose."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import Organization
from tests.browser.journey import sign_in


def happened(page: Page, stage: str, title: str) -> Locator:
    """The lines of one stage about one thing, the newest first."""
    lines = page.get_by_role("complementary").get_by_role("listitem")
    return lines.filter(has=page.get_by_text(stage, exact=True)).filter(has=page.get_by_text(title, exact=True))


def test_a_hook_is_followed_back_to_the_webhook_that_it_comes_of(
    page: Page, stack: Any, organization: Organization
) -> None:
    sign_in(page, stack, organization.admin)
    row = happened(page, "Hook called", "on_customer_create")
    row.locator("summary").press("Enter")
    for stage, title in [
        ("On the bus", "customer.created"),
        ("Changed", "customer.created"),
        ("Processed", "organization.created"),
        ("Accepted", "organization.created"),
        ("Webhook sent", "Scalekit: organization.created"),
    ]:
        row.get_by_role("button", name=f"{stage.lower()}: {title}").click()
        row = happened(page, stage, title)
        expect(row.locator("summary")).to_be_focused()
    expect(row.locator("pre")).to_contain_text(organization.id)
    expect(happened(page, "Call to Chargebee", "POST /customers")).to_have_count(1)
    assert violations(page) == []

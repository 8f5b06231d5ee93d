"""The API's description as a developer browses it, at /docs of the demo."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE
from tests.local_stack import ROOT

VIEWER = ROOT / "local" / "demo" / "docs" / "node_modules" / "swagger-ui-dist"


@pytest.mark.skipif(not VIEWER.is_dir(), reason="`make viewer` has not installed Swagger UI")
def test_the_viewer_shows_every_room_of_the_api_and_asks_no_other_host(page: Page, stack: Any) -> None:
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    page.goto(f"{stack.app}/docs")
    for room in ("metering", "organizations", "payments", "plans", "subscriptions"):
        expect(page.locator(f"#operations-tag-{room}")).to_be_visible(timeout=PATIENCE)
    page.locator("#operations-tag-plans").click()
    expect(page.locator("#operations-plans-plans_list")).to_contain_text("/api/plans", timeout=PATIENCE)
    assert asked - {""} == {urlsplit(stack.app).netloc}


def test_without_the_viewer_the_page_says_how_to_get_it(page: Page, stack: Any) -> None:
    page.route("**/node_modules/**", lambda route: route.abort())
    page.goto(f"{stack.app}/docs")
    expect(page.locator("#api")).to_contain_text("make viewer", timeout=PATIENCE)

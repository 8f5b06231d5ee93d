import json
import os
import shutil
import urllib.request
import uuid
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.stack.chargebee import Chargebee
from tests.stack.clock import back_to_today

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 40_000  # milliseconds; a page follows what queues and functions do behind it, on a busy machine too


@dataclass(frozen=True)
class Organization:
    """A fresh organization of the Scalekit simulator, with the users it comes with."""

    id: str
    name: str
    admin: str
    member: str


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Of a test that fails in a page, the report has what the page said."""
    report = yield
    page = getattr(item, "funcargs", {}).get("page")
    if report.when == "call" and report.failed and page:
        report.sections.append((f"The page at {page.url}", page.locator("body").inner_text()))
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), playwright.chromium.executable_path)
        if not os.access(found, os.X_OK):
            pytest.skip("no Chromium: install the chromium package, or run `playwright install chromium`")
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A new visitor. What the pages' own scripts throw fails the test."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    thrown: list[str] = []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    yield page
    page.unroute_all(behavior="ignoreErrors")  # the page still asks on its own
    context.close()
    assert not thrown


@pytest.fixture
def organization(stack: Any) -> Organization:
    name = f"browser-{uuid.uuid4().hex[:12]}"
    body = json.dumps({"display_name": name}).encode()
    request = urllib.request.Request(f"{stack.scalekit}/api/v1/organizations", body, method="POST")
    with urllib.request.urlopen(request, timeout=10) as answer:
        identifier = json.load(answer)["organization"]["id"]
    return Organization(identifier, name, f"admin@{name}.example", f"member@{name}.example")


@pytest.fixture
def chargebee(stack: Any) -> Iterator[Chargebee]:
    """What the vendor's operator may do. Afterwards it works, it is today again, and the simulator is empty."""
    with httpx.Client(base_url=stack.chargebee, auth=(stack.chargebee_api_key, ""), trust_env=False) as http:
        simulator = Chargebee(http)
        yield simulator
        simulator.faults()
        simulator.told()
        back_to_today(stack)
        simulator.reset()

"""What axe-core finds wrong with a page as it stands."""

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """Each with the page, the rule, and the element that breaks it."""
    page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run()).violations")
    return [
        f"{page.url} {one['id']}: {node['html']} {node['failureSummary']}" for one in found for node in one["nodes"]
    ]

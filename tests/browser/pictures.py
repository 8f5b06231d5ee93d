"""Takes the pictures of `docs/images`: `python -m tests.browser.pictures`, which `make pictures` runs."""

import base64
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.conftest import CHROMIUM_NAMES, QUIET
from tests.browser.journey import complete, part, plan, sign_in, subscribe, subscription
from tests.local_stack import ROOT, Stack, started

IMAGES = ROOT / "docs" / "images"
DAY = 86_400
PATIENCE = 120_000  # milliseconds: a picture is worth waiting for, on a busy machine too
WIDE, DESKTOP, TALL, PHONE = (1440, 900), (1180, 900), (1180, 1560), (390, 844)
# The browser's own encoder: a fifth of a PNG.
AS_WEBP = """async (png) => {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d").drawImage(image, 0, 0);
  const bytes = await (await canvas.convertToBlob({ type: "image/webp", quality: 0.85 })).bytes();
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""
# One for each day, the newest first: what a small team does. The days before today are the free plan's, and within it.
USED = (9, 8, 2, 1, 7, 9, 8, 6, 7, 2, 1, 5, 7, 4, 4, 6, 1, 1, 4, 5)
COST_MICROS = 9_000


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    expect.set_options(timeout=PATIENCE)
    with tempfile.TemporaryDirectory() as state, started(Path(state)) as stack, sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        page = visitor(browser, "light", WIDE)
        prepare(page, stack)
        trouble(page)
        take(page, "what-just-happened")
        ask_for_more(page)
        take(page, "change")
        for name, scheme, size in (
            ("billing-light", "light", TALL),
            ("billing-dark", "dark", DESKTOP),
            ("billing-phone", "light", PHONE),
        ):
            page = visitor(browser, scheme, size)
            sign_in(page, stack, "admin@acme.example")
            settled(page)
            take(page, name)
        page.set_viewport_size({"width": TALL[0], "height": TALL[1]})
        page.goto(f"{stack.app}/operator.html")
        expect(part(page, "Margin").get_by_role("img")).to_be_visible()
        expect(part(page, "Grants, coupons, alerts")).to_be_visible()
        take(page, "operator")
        browser.close()


def visitor(browser: Browser, scheme: Any, size: tuple[int, int]) -> Page:
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    context.set_default_timeout(PATIENCE)
    return context.new_page()


def prepare(page: Page, stack: Stack) -> None:
    """Acme is on Growth, has used some of it, and has money in its wallet."""
    sign_in(page, stack, "admin@acme.example")
    subscribe(page, stack, plan_name="Growth", seats=3)
    expect(subscription(page)).to_contain_text("Free trial")
    report(stack, page.get_by_role("banner").locator("code").inner_text())
    for amount in ("50", "25"):
        part(page, "Wallet").get_by_label("Amount in USD").fill(amount)
        part(page, "Wallet").get_by_role("button", name="Top up").click()
        complete(page, stack)
        expect(page.get_by_role("status")).to_contain_text("The money is in the wallet.")
    page.get_by_role("button", name="Dismiss").click()
    settled(page)


def report(stack: Stack, organization_id: str) -> None:
    """As a backend does, which also gives some money that expires."""
    with httpx.Client(trust_env=False) as http:
        token = http.post(f"{stack.scalekit}/_sim/token", json={"scopes": ["usage:write", "billing:admin"]}).json()[
            "access_token"
        ]
        now = int(time.time())
        cost = {"id": "model", "vendor": "model", "amountMicros": COST_MICROS, "currency": "USD"}
        events = [
            {
                "id": f"day-{ago}",
                "feature": "api-calls",
                "quantity": used,
                "occurredAt": now - ago * DAY,
                "costs": [cost],
            }
            for ago, used in enumerate(USED)
        ]
        gift = {"id": "gift", "amount": 2_000, "currency": "USD", "reason": "Welcome", "kind": "promotional"}
        gift["expiresAt"] = now + 30 * DAY
        for path, body in (("usage", {"events": events}), ("wallet/adjustments", gift)):
            url = f"{stack.app}/api/organizations/{organization_id}/{path}"
            http.post(url, json=body, headers={"Authorization": f"Bearer {token}"}).raise_for_status()


def settled(page: Page) -> None:
    expect(part(page, "Usage").get_by_role("img")).to_be_visible()
    expect(part(page, "Wallet").get_by_role("img")).to_be_visible()
    expect(part(page, "Payment methods")).to_contain_text("Visa ending in 1111")
    expect(page.get_by_role("complementary").get_by_role("listitem").first).to_be_visible()


def ask_for_more(page: Page) -> None:
    """What five seats would cost, before anything is changed."""
    plan(page, "Growth").get_by_label("Seats").fill("5")
    plan(page, "Growth").get_by_role("button").click()
    expect(page.get_by_role("dialog").get_by_role("definition").last).to_contain_text("Growth")


def trouble(page: Page) -> None:
    """Webhooks come out of order, and the timeline tells what became of them."""
    page.get_by_text("Make it fail").click()
    page.get_by_role("button", name="Deliver out of order").click()
    lines = page.get_by_role("complementary").get_by_role("listitem")
    expect(lines.filter(has=page.get_by_text("stale", exact=True))).to_have_count(2)
    page.get_by_text("Make it fail").click()
    page.get_by_role("complementary").get_by_text("What just happened").scroll_into_view_if_needed()


def take(page: Page, name: str) -> None:
    webp = page.evaluate(AS_WEBP, base64.b64encode(page.screenshot()).decode())
    (IMAGES / f"{name}.webp").write_bytes(base64.b64decode(webp))


if __name__ == "__main__":
    main()

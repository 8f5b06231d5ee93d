"""The Chargebee test site of `.env`: what its API tells, and what only its dashboard shows."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import httpx

from local.doctor.finding import Finding, good, unknown, wrong
from local.launcher.options import ChargebeeSandbox

PAGE = 100
TOLERATED_SECONDS = 60
"""A token or a signature may be refused beyond."""

WEBHOOK_PATH = "/api/webhooks/chargebee"


def examine(site: ChargebeeSandbox, sold: str, http: httpx.Client) -> Iterator[Finding]:
    """`sold` is what the catalog sells, as the simulator reads it."""
    try:
        answer = http.get("/api/v2/item_prices", params={"limit": PAGE})
    except httpx.HTTPError as silent:
        yield wrong("Chargebee", f"{http.base_url} does not answer: {silent}")
        return
    if answer.status_code != HTTPStatus.OK:
        yield wrong("Chargebee", _refusal(site, answer))
        return
    yield good("Chargebee", f"the site {site.site} takes the key")
    yield clock(answer)
    try:
        yield _prices(_known(answer, http), sold)
        yield _webhooks(http)
    except (httpx.HTTPError, ValueError) as broken:
        yield wrong("Chargebee", f"{http.base_url} began to answer and then did not: {broken}. Ask again in a minute")
    yield _gateway(site)
    yield unknown(
        "Chargebee's redirects",
        "the API does not tell: Checkout & Self-Serve > Allowed redirect domains must have your application's host",
    )


def clock(answer: httpx.Response) -> Finding:
    """This machine's clock beside that of the vendor who answered."""
    if "date" not in answer.headers:
        return unknown("clock", "the vendor's answer has no time to compare with")
    off = (datetime.now(UTC) - parsedate_to_datetime(answer.headers["date"])).total_seconds()
    if abs(off) > TOLERATED_SECONDS:
        return wrong("clock", f"this machine is {off:+.0f} s beside the vendor's time: set it, by NTP")
    return good("clock", "as the vendor's")


def _refusal(site: ChargebeeSandbox, answer: httpx.Response) -> str:
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        return f"CHARGEBEE_API_KEY is not a key of the site {site.site}: Settings > API keys"
    if answer.status_code == HTTPStatus.NOT_FOUND:
        return f"there is no site {site.site}: CHARGEBEE_SITE is the first part of its address"
    return f"{answer.url} answers {answer.status_code}: {answer.text[:200]}"


def _known(first: httpx.Response, http: httpx.Client) -> dict[str, Any]:
    """All item prices by their ids, of which the first page is here."""
    page = first.json()
    known = {each["item_price"]["id"]: each["item_price"] for each in page["list"]}
    while offset := page.get("next_offset"):
        page = http.get("/api/v2/item_prices", params={"limit": PAGE, "offset": offset}).raise_for_status().json()
        known |= {each["item_price"]["id"]: each["item_price"] for each in page["list"]}
    return known


def _prices(known: dict[str, Any], sold: str) -> Finding:
    named = {each["id"]: each for each in json.loads(sold)["item_prices"]}
    if missing := [each for each in named if each not in known]:
        return wrong("item prices", f"plans.toml names what the site does not have: {', '.join(missing)}")
    tiered = {name: each for name, each in named.items() if "tiers" in each}
    if others := [name for name, each in tiered.items() if _by_tiers(each) != _by_tiers(known[name])]:
        return wrong("item prices", f"the site has other tiers than plans.toml, or free units: {', '.join(others)}")
    return good("item prices", f"the site has all {len(named)} that plans.toml names")


def _by_tiers(price: Mapping[str, Any]) -> tuple[object, ...]:
    """What decides a price by tiers; only a site with decimals tells of less than a minor unit.

    A tier may have one price for all of its units, or for packages of them: the catalog has no such thing.
    https://www.chargebee.com/docs/billing/2.0/product-catalog/package-pricing
    """
    tiers = [
        (each["starting_unit"], each.get("ending_unit"), each["price"], each.get("pricing_type", "per_unit"))
        for each in price.get("tiers", [])
    ]
    return price["pricing_model"], price["free_quantity"], tiers


def _webhooks(http: httpx.Client) -> Finding:
    answer = http.get("/api/v2/webhook_endpoints", params={"limit": PAGE})
    if answer.status_code != HTTPStatus.OK:
        return unknown("Chargebee's webhook", f"the API does not tell ({answer.status_code}): Settings > Webhooks")
    endpoints = [each["webhook_endpoint"] for each in answer.json()["list"]]
    ours = [each for each in endpoints if each["url"].rstrip("/").endswith(WEBHOOK_PATH)]
    if not ours:
        return unknown(
            "Chargebee's webhook",
            f"none goes to {WEBHOOK_PATH}: a deployed stack needs one, `make run` asks for its events instead",
        )
    if all(each["disabled"] for each in ours):
        return wrong("Chargebee's webhook", f"{ours[0]['url']} is disabled")
    return good("Chargebee's webhook", f"goes to {ours[0]['url']}")


def _gateway(site: ChargebeeSandbox) -> Finding:
    if not site.gateway_account_id:
        return unknown("gateway", "none is named: Smart Routing must be on, or set CHARGEBEE_GATEWAY_ACCOUNT_ID")
    if not site.gateway_account_id.startswith("gw_"):
        return wrong("gateway", f"{site.gateway_account_id} is no id of a gateway account: these begin with gw_")
    return unknown("gateway", f"the API does not tell of {site.gateway_account_id}: `make verify-sandbox` opens a page")

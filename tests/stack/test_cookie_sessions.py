"""The API for cookies lets in whoever's session the cookie carries, and no other page writes with it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.conftest import SESSION_COOKIE
from tests.deployment.routes import SESSIONS
from tests.stack.api import ask, refused
from tests.stack.world import Cloud, fresh


@pytest.fixture
def browser(world: Cloud) -> Iterator[httpx.Client]:
    """Without a session."""
    api, _, _ = str(urlsplit(world.stack.outputs["CookieApiUrl"]).hostname).partition(".")
    with httpx.Client(base_url=f"{world.stack.aws}/_aws/execute-api/{api}/$default", timeout=30) as client:
        yield client


def holding(token: str) -> dict[str, str]:
    return {"cookie": f"theme=dark; {SESSION_COOKIE}={token}"}


def test_a_session_is_known_by_its_cookie(world: Cloud, browser: httpx.Client) -> None:
    member = world.member(fresh("org"), roles=["admin"])
    answer = browser.get("/api/session", headers=holding(str(member.token)))
    assert (answer.status_code, answer.json()["organizationId"]) == (200, member.organization_id)
    assert answer.json() == member.get("/api/session").json()


@pytest.mark.parametrize("token", ["let-me-in", "expired", "anothers"])
def test_a_cookie_that_carries_no_token_of_ours_opens_nothing(world: Cloud, browser: httpx.Client, token: str) -> None:
    organization_id = fresh("org")
    carried = {
        "expired": world.scalekit.token(organization_id, expires_in=-60),
        "anothers": world.scalekit.token(organization_id, claims={"iss": "https://evil.example.com"}),
    }.get(token, token)
    assert browser.get("/api/billing", headers=holding(carried)).status_code == 403


def test_every_route_of_a_session_wants_the_cookie_and_takes_no_bearer(world: Cloud, browser: httpx.Client) -> None:
    member = world.member(fresh("org"))
    stranger = type(member)(browser, member.organization_id, member.token)
    for route in SESSIONS:
        assert ask(route, stranger, member.organization_id).status_code == 401, route
    world.untouched(member.organization_id)


def test_only_the_applications_own_page_writes(world: Cloud, browser: httpx.Client) -> None:
    member = world.member(fresh("org"), roles=["admin"])
    own = holding(str(member.token)) | {"origin": world.stack.app}
    foreign: dict[str, Any] = own | {"origin": "https://evil.example.com"}

    refused(browser.post("/api/subscription/cancel", json={}, headers=foreign), 403, "cross_site")
    refused(browser.post("/api/subscription/cancel", json={}, headers=own), 404, "subscription_not_found")

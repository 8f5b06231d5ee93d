"""A session cookie alone writes nothing: a browser adds it to what any site's page sends."""

from typing import Any

import pytest

from tests.chargebee.scripted_server import ScriptedServer
from tests.deployment.routes import SESSIONS, AnyRoute, event_of
from tests.deployment.world import APP, World
from tests.runtime.functions.session_tokens import token

WRITES = [each for each in SESSIONS if each.method != "GET"]
JSON = {"content-type": "application/json; charset=utf-8"}
OWN = JSON | {"origin": APP}
FOREIGN = [
    OWN | {"content-type": "text/plain"},
    {"origin": APP},
    JSON | {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    JSON | {"origin": "https://app.example.com.evil.example"},
    JSON | {"origin": "null"},
    JSON | {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
    JSON | {"sec-fetch-site": "same-site"},
    JSON | {"sec-fetch-site": "none"},
    JSON,
    {"content-type": "application/x-www-form-urlencoded", "origin": APP, "sec-fetch-site": "same-origin"},
]


@pytest.fixture
def cookie(world: World, scalekit: ScriptedServer) -> str:
    world.values["SessionCookieName"] = "session"
    return f"session={token(scalekit)}"


def by_cookie(route: AnyRoute, cookie: str, headers: dict[str, str]) -> dict[str, Any]:
    return event_of(route, None) | {"headers": {"host": "api.example.com", **headers}, "cookies": [cookie]}


@pytest.mark.parametrize("route", WRITES, ids=str)
def test_what_another_sites_page_may_have_sent_is_refused(world: World, cookie: str, route: AnyRoute) -> None:
    for headers in FOREIGN:
        answer = world.call(route.function, by_cookie(route, cookie, headers))
        assert (answer.status, answer.code) == (403, "cross_site"), headers
    assert world.untouched()


@pytest.mark.parametrize("headers", [OWN, JSON | {"sec-fetch-site": "same-origin"}], ids=["origin", "fetch metadata"])
@pytest.mark.parametrize("route", WRITES, ids=str)
def test_the_applications_own_page_writes(world: World, cookie: str, route: AnyRoute, headers: dict[str, str]) -> None:
    answer = world.call(route.function, by_cookie(route, cookie, headers))
    assert answer.status not in (401, 403)


@pytest.mark.parametrize("route", [each for each in SESSIONS if each.method == "GET"], ids=str)
def test_a_read_needs_no_more_than_the_cookie(world: World, cookie: str, route: AnyRoute) -> None:
    assert world.call(route.function, by_cookie(route, cookie, {})).status not in (401, 403)


@pytest.mark.parametrize("route", WRITES, ids=str)
def test_whoever_sends_the_token_in_a_header_is_no_browser_led_astray(
    world: World, scalekit: ScriptedServer, route: AnyRoute
) -> None:
    bearer = {"authorization": f"Bearer {token(scalekit)}", "origin": "https://evil.example"}
    assert world.call(route.function, by_cookie(route, "", bearer)).status not in (401, 403)

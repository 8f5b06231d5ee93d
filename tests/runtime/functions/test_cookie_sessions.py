"""With a cookie API, the gateway is told whose session a cookie carries, and the functions take its word."""

import json
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest

from tests.chargebee.scripted_server import Reply, ScriptedServer, json_reply
from tests.deployment.gateway import http_event
from tests.deployment.lambda_runtime import Answer
from tests.deployment.subscriptions import GROWTH
from tests.deployment.world import APP, World
from tests.runtime.functions.session_tokens import claims, token

READ, WRITE = "GET /api/session", "POST /api/subscription/portal"
OWN = {"content-type": "application/json", "origin": APP}


@pytest.fixture(autouse=True)
def named_cookie(world: World) -> None:
    world.values["SessionCookieName"] = "session"


def decision(world: World, *cookies: str, route: str = READ) -> dict[str, Any]:
    return world.invoke("runtime/authorize_cookie", http_event(route, cookies=cookies) | {"type": "REQUEST"})


def handed(world: World, event: dict[str, Any], told: dict[str, Any], function: str = "runtime/session") -> Answer:
    """The answer to an event with what the gateway remembers for its cookie."""
    event["requestContext"]["authorizer"] = {"lambda": {"claims": json.dumps(told)}}
    return world.call(function, event)


def test_a_cookie_lets_its_holder_in_and_hands_over_what_scalekit_signed(
    world: World, scalekit: ScriptedServer
) -> None:
    carried = token(scalekit, roles=["support admin"])
    told = decision(world, "theme=dark", f"session={carried}")
    assert told["isAuthorized"] is True
    signed = jwt.decode(carried, options={"verify_signature": False})
    assert json.loads(told["context"]["claims"]) == signed
    assert signed["roles"] == ["support admin"]


@pytest.mark.parametrize(
    "beside",
    [
        'consent={"ads":false, "all":[1]}',
        "words=two words",
        "name=Zoë",
        "a(b=1",
        "a[b]=1",
        'open="',
        "nothing",
        "",
        "=",
    ],
)
def test_whatever_cookies_other_pages_have_set_a_session_is_a_session(
    world: World, scalekit: ScriptedServer, beside: str
) -> None:
    carried = token(scalekit)
    for cookies in ((beside, f"session={carried}"), (f"{beside}; session={carried}; {beside}",)):
        assert decision(world, *cookies)["isAuthorized"] is True


@pytest.mark.parametrize("cookie", ["theme=dark", "session=", "session=let-me-in", "other"])
def test_a_cookie_without_a_token_lets_nobody_in(world: World, scalekit: ScriptedServer, cookie: str) -> None:
    assert decision(world, cookie) == {"isAuthorized": False}


@pytest.mark.parametrize("changed", [{"exp": -1}, {"iss": "https://evil.example"}, {"aud": ["other"]}], ids=str)
def test_a_token_that_is_not_for_us_lets_nobody_in(
    world: World, scalekit: ScriptedServer, changed: dict[str, Any]
) -> None:
    assert decision(world, f"session={token(scalekit, **changed)}") == {"isAuthorized": False}


def test_a_bearer_token_is_not_what_the_cookie_api_takes(world: World, scalekit: ScriptedServer) -> None:
    event = http_event(READ, headers={"authorization": f"Bearer {token(scalekit)}"}, cookies=["theme=dark"])
    assert world.invoke("runtime/authorize_cookie", event) == {"isAuthorized": False}


@pytest.mark.parametrize(
    "reply",
    [Reply(500), json_reply({"keys": []}), json_reply({"keys": [{"kty": "RSA"}]})],
    ids=["away", "no keys", "no usable keys"],
)
def test_while_scalekits_keys_cannot_be_had_no_session_is_refused_for_good(
    world: World, scalekit: ScriptedServer, reply: Reply
) -> None:
    """The gateway keeps a decision for minutes, and an error not at all."""
    scalekit.script(reply)
    with pytest.raises(Exception, match="Scalekit's keys cannot be reached"):
        decision(world, f"session={token(scalekit)}")


def test_what_the_gateway_was_told_is_not_verified_again(world: World, scalekit: ScriptedServer) -> None:
    answer = handed(world, http_event(READ), claims(scalekit))
    assert (answer.status, answer.body["organizationId"], answer.body["roles"]) == (200, "org_1", ["admin"])
    assert scalekit.asked == []


def test_a_session_ends_with_its_token_however_long_the_gateway_remembers_it(
    world: World, scalekit: ScriptedServer
) -> None:
    told = claims(scalekit)
    world.freeze(told["exp"] - 1)
    assert handed(world, http_event(READ), told).status == 200
    world.freeze(told["exp"])
    assert (handed(world, http_event(READ), told).code) == "unauthenticated"


@pytest.mark.parametrize("headers", [OWN | {"origin": "https://evil.example"}, {"origin": APP}, {}], ids=str)
def test_another_sites_page_writes_nothing_though_the_gateway_knows_the_cookie(
    world: World, scalekit: ScriptedServer, headers: dict[str, str]
) -> None:
    answer = handed(world, http_event(WRITE, body={}, headers=headers), claims(scalekit), "subscriptions/portal")
    assert (answer.status, answer.code) == (403, "cross_site")
    assert world.untouched()


def test_the_applications_own_page_writes(world: World, scalekit: ScriptedServer) -> None:
    answer = handed(world, http_event(WRITE, body={}, headers=OWN), claims(scalekit), "subscriptions/portal")
    assert answer.status not in (401, 403)


def test_a_browser_comes_back_from_paying_to_the_api_that_it_has_asked(world: World, scalekit: ScriptedServer) -> None:
    world.values["ApiUrl"] = ""
    event = http_event("POST /api/subscription/create", body=GROWTH, headers=OWN)
    event["requestContext"]["domainName"] = "billing.example.com"
    page = handed(world, event, claims(scalekit), "subscriptions/create").body
    back = urlsplit(world.chargebee.pay(page["id"]))
    assert (back.netloc, back.path) == ("billing.example.com", "/api/subscription/success")

"""Without the gateway's authorizer in front, a function verifies the token itself. Never neither."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from tests.chargebee.scripted_server import Reply, ScriptedServer, json_reply, running_server
from tests.deployment.gateway import ADMIN, http_event, unsigned
from tests.deployment.lambda_runtime import Answer
from tests.deployment.world import World
from tests.runtime.functions.session_tokens import KEY, OTHER_KEY, claims, published, token

ROUTE = "GET /api/session"


def forged(header: dict[str, str], body: dict[str, Any], secret: bytes | None = None) -> str:
    """A token that no library would make: unsigned, or signed with what everybody knows."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, body)]
    mac = hmac.new(secret, b".".join(parts), hashlib.sha256).digest() if secret else b""
    return b".".join([*parts, base64.urlsafe_b64encode(mac).rstrip(b"=")]).decode()


def call(world: World, bearer: str | None = None, **event: Any) -> Answer:
    headers = {"authorization": f"Bearer {bearer}"} if bearer is not None else {}
    return world.call("runtime/session", http_event(ROUTE, headers=headers, **event))


def refused(answer: Answer) -> bool:
    return (answer.status, answer.code) == (401, "unauthenticated")


# --- behind the authorizer ------------------------------------------------------------------------


def test_the_token_that_the_gateway_has_verified_is_not_verified_again(world: World) -> None:
    assert call(world, claims=ADMIN).status == 200


def test_another_token_than_the_one_that_the_gateway_has_verified_is_refused(world: World) -> None:
    for other in ("not.a.token", unsigned(ADMIN | {"oid": "org_2"})):
        assert refused(call(world, other, claims=ADMIN))


@pytest.mark.parametrize("roles", [["support admin"], ["not admin"], ["[admin]"], "admin"], ids=repr)
def test_no_part_of_a_roles_name_makes_a_billing_admin(world: World, roles: object) -> None:
    event = http_event("POST /api/subscription/portal", claims=ADMIN | {"roles": roles}, body={})
    answer = world.call("subscriptions/portal", event)
    assert (answer.status, answer.code) == (403, "forbidden")


@pytest.mark.parametrize(
    "changed", [{"oid": False}, {"oid": ["org_1"]}, {"oid": 5}, {"exp": "soon"}, {"exp": True}, {"sub": 7}], ids=str
)
def test_a_claim_of_the_wrong_type_is_refused_even_from_the_gateway(world: World, changed: dict[str, Any]) -> None:
    assert refused(call(world, claims=ADMIN | changed))


@pytest.mark.parametrize("name", ["sub", "iss", "aud", "exp"])
def test_claims_without_what_makes_a_token_safe_are_refused_even_from_the_gateway(world: World, name: str) -> None:
    assert refused(call(world, claims={key: value for key, value in ADMIN.items() if key != name}))


@pytest.mark.parametrize(
    "authorizer", [{}, {"jwt": None}, {"jwt": {}}, {"jwt": {"claims": {}}}, {"lambda": {"oid": "org_1"}}, None]
)
def test_an_authorizer_that_verified_nothing_counts_as_none(
    world: World, scalekit: ScriptedServer, authorizer: Any
) -> None:
    event = http_event(ROUTE)
    event["requestContext"]["authorizer"] = authorizer
    assert refused(world.call("runtime/session", event))


# --- by ourselves ---------------------------------------------------------------------------------


def test_a_token_of_the_environment_is_accepted(world: World, scalekit: ScriptedServer) -> None:
    answer = call(world, token(scalekit))
    assert (answer.status, answer.body["organizationId"], answer.body["roles"]) == (200, "org_1", ["admin"])


@pytest.mark.parametrize("audience", ["skc_1", ["skc_1"], ["other", "skc_1"], "billing"])
def test_the_application_and_the_machine_audience_are_both_ours(
    world: World, scalekit: ScriptedServer, audience: Any
) -> None:
    assert call(world, token(scalekit, aud=audience)).status == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": -1},
        {"exp": None},
        {"nbf": 600},
        {"iss": "https://other.scalekit.com"},
        {"iss": None},
        {"aud": ["skc_2"]},
        {"aud": []},
        {"aud": None},
        {"sub": None},
        {"exp": "soon"},
        {"exp": "4102444800"},
        {"exp": [1]},
        {"exp": float("inf")},
        {"nbf": {}},
        {"sub": 7},
        {"oid": False},
        {"oid": ["org_1"]},
        {"sid": None},
        {"kid": "key_2"},
        {"kid": None},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_us_or_not_any_more_is_refused(
    world: World, scalekit: ScriptedServer, changed: dict[str, Any]
) -> None:
    assert refused(call(world, token(scalekit, **changed)))


def test_a_machine_client_without_an_audience_is_told_what_to_set(world: World, scalekit: ScriptedServer) -> None:
    answer = call(world, token(scalekit, aud=None))
    assert refused(answer)
    assert "ScalekitMachineAudience" in answer.body["error"]


def test_a_token_signed_by_somebody_else_is_refused(world: World, scalekit: ScriptedServer) -> None:
    stolen = jwt.encode(claims(scalekit), OTHER_KEY, "RS256", headers={"kid": "key_1"})
    assert refused(call(world, stolen))


def test_a_tampered_token_is_refused(world: World, scalekit: ScriptedServer) -> None:
    header, _, signature = token(scalekit).split(".")
    body = base64.urlsafe_b64encode(json.dumps(claims(scalekit, oid="org_2")).encode()).rstrip(b"=").decode()
    assert refused(call(world, f"{header}.{body}.{signature}"))


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", ""])
def test_an_unsigned_token_is_refused(world: World, scalekit: ScriptedServer, algorithm: str) -> None:
    assert refused(call(world, forged({"alg": algorithm, "typ": "JWT", "kid": "key_1"}, claims(scalekit))))


@pytest.mark.parametrize("encoding", [serialization.Encoding.PEM, serialization.Encoding.DER], ids=["PEM", "DER"])
def test_a_token_signed_with_the_public_key_as_a_password_is_refused(
    world: World, scalekit: ScriptedServer, encoding: serialization.Encoding
) -> None:
    public = KEY.public_key().public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)
    header = {"alg": "HS256", "typ": "JWT", "kid": "key_1"}
    assert refused(call(world, forged(header, claims(scalekit), public)))


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_no_other_algorithm_is_accepted(world: World, scalekit: ScriptedServer, algorithm: str) -> None:
    assert refused(call(world, jwt.encode(claims(scalekit), KEY, algorithm, headers={"kid": "key_1"})))


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer null", "Bearer a.b.c", "Bearer é", "token", "Bearer {}"],
)
def test_a_header_that_carries_no_token_is_refused(world: World, scalekit: ScriptedServer, header: str) -> None:
    assert refused(world.call("runtime/session", http_event(ROUTE, headers={"authorization": header})))


def test_no_session_at_all_is_refused_without_asking_for_keys(world: World, scalekit: ScriptedServer) -> None:
    assert refused(world.call("runtime/session", http_event(ROUTE)))
    assert scalekit.asked == []


def test_the_keys_are_fetched_once_and_kept(world: World, scalekit: ScriptedServer) -> None:
    for _ in range(3):
        assert call(world, token(scalekit)).status == 200
    assert [asked.path for asked in scalekit.asked] == ["/keys"]


def test_unknown_keys_do_not_make_us_ask_scalekit_each_time(world: World, scalekit: ScriptedServer) -> None:
    for number in range(5):
        assert refused(call(world, token(scalekit, kid=f"key_{number + 2}")))
    assert len(scalekit.asked) <= 2


def test_a_rotated_key_is_fetched_once_the_cooldown_is_over(
    world: World, scalekit: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call(world, token(scalekit)).status == 200
    scalekit.script(json_reply({"keys": [published(OTHER_KEY, "key_2")]}))
    rotated = jwt.encode(claims(scalekit), OTHER_KEY, "RS256", headers={"kid": "key_2"})
    now = time.monotonic()
    monkeypatch.setattr("jwt.jwks_client.time.monotonic", lambda: now + 31)
    assert call(world, rotated).status == 200


@pytest.mark.parametrize("reply", [Reply(500), Reply(200, b"<html>"), Reply(200, b"[]"), json_reply({"keys": []})])
def test_without_keys_nobody_is_let_in(world: World, scalekit: ScriptedServer, reply: Reply) -> None:
    scalekit.script(reply)
    answer = call(world, token(scalekit))
    assert answer.status in (401, 500)


def test_a_token_that_names_its_own_keys_is_checked_with_ours(world: World, scalekit: ScriptedServer) -> None:
    with running_server() as elsewhere:
        elsewhere.script(json_reply({"keys": [published(OTHER_KEY, "key_1")]}))
        headers = {"kid": "key_1", "jku": f"{elsewhere.url}/keys", "jwk": published(OTHER_KEY, "key_1")}
        assert refused(call(world, jwt.encode(claims(scalekit), OTHER_KEY, "RS256", headers=headers)))
        assert elsewhere.asked == []


# --- a session cookie -----------------------------------------------------------------------------


@pytest.fixture
def with_cookies(world: World, scalekit: ScriptedServer) -> ScriptedServer:
    world.values["SessionCookieName"] = "session"
    return scalekit


def test_a_session_cookie_carries_the_token(world: World, with_cookies: ScriptedServer) -> None:
    assert call(world, cookies=["theme=dark", f"session={token(with_cookies)}"]).status == 200


def test_a_cookie_header_does_too(world: World, with_cookies: ScriptedServer) -> None:
    headers = {"Cookie": f"theme=dark; session={token(with_cookies)}"}
    assert world.call("runtime/session", http_event(ROUTE, headers=headers)).status == 200


@pytest.mark.parametrize("cookie", ["session=", "session={}", "session=%7B%7D", "other=x", "session", "=;=", "{}", ""])
def test_a_cookie_without_a_token_is_no_session(world: World, with_cookies: ScriptedServer, cookie: str) -> None:
    assert refused(call(world, cookies=[cookie]))


def test_a_cookie_counts_only_where_the_deployment_names_one(world: World, scalekit: ScriptedServer) -> None:
    assert refused(call(world, cookies=[f"session={token(scalekit)}"]))

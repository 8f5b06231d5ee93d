import base64
import hashlib
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest

from tests.local.scalekit.simulator import REDIRECT_URI, Answer, Simulator

VERIFIER = "a-verifier-that-is-at-least-forty-three-characters"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
REQUEST = {
    "client_id": "skc_local",
    "redirect_uri": REDIRECT_URI,
    "response_type": "code",
    "scope": "openid profile email offline_access",
    "state": "s&1",
    "nonce": "n-1",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
REDEMPTION = {"grant_type": "authorization_code", "client_id": "skc_local", "redirect_uri": REDIRECT_URI}


def authorize(simulator: Simulator, **changes: str) -> Answer:
    return simulator.get("/oauth/authorize?" + urlencode({**REQUEST, **changes}))


def sign_in(simulator: Simulator, email: str, request: dict[str, str] | None = None) -> dict[str, str]:
    """Press `email`'s button on the sign-in page; the parameters that the browser is sent back with."""
    page = simulator.get("/oauth/authorize?" + urlencode(request or REQUEST)).text
    forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
    form = next(form for form in forms if email in form)
    hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    user = re.search(rf'value="(usr_\d+)">(?:(?!<button).)*{re.escape(email)}', form, re.DOTALL)
    assert user
    fields = {name: unescape(value) for name, value in hidden} | {"user": user[1]}
    return returned(simulator.form("/oauth/login", fields))


def returned(answer: Answer) -> dict[str, str]:
    assert answer.status == 303, answer
    assert answer.headers["location"].startswith(REDIRECT_URI)
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def redeem(simulator: Simulator, code: str, **changes: str) -> Answer:
    return simulator.form("/oauth/token", {**REDEMPTION, "code": code, "code_verifier": VERIFIER, **changes})


def unverified(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def test_discovery_names_the_endpoints_of_this_issuer(simulator: Simulator) -> None:
    document = simulator.get("/.well-known/openid-configuration").json()
    assert document["issuer"] == simulator.url
    assert document["jwks_uri"] == simulator.url + "/keys"
    assert document["code_challenge_methods_supported"] == ["S256"]


def test_both_keys_are_published_before_the_second_signs(simulator: Simulator) -> None:
    published = {key["kid"] for key in simulator.get("/keys").json()["keys"]}
    before = jwt.get_unverified_header(simulator.token())["kid"]
    simulator.send("POST", "/_sim/keys/rotate")
    after = jwt.get_unverified_header(simulator.token())["kid"]
    assert {before, after} == published
    assert len(published) == 2
    assert {key["kid"] for key in simulator.get("/keys").json()["keys"]} == published


def test_a_browser_signs_in_with_a_code_and_pkce(simulator: Simulator) -> None:
    acme = simulator.create("Acme")
    simulator.create("Globex")
    back = sign_in(simulator, "admin@acme.example")
    assert back["state"] == "s&1"
    tokens = redeem(simulator, back["code"]).json()
    access, identity = unverified(tokens["access_token"]), unverified(tokens["id_token"])
    assert (access["iss"], access["aud"], access["oid"]) == (simulator.url, ["skc_local"], acme["id"])
    assert (access["roles"], access["permissions"]) == (["admin"], [])
    assert {"sub", "exp", "iat", "nbf", "jti", "sid", "client_id"} <= set(access)
    assert (identity["email"], identity["nonce"], identity["sub"]) == ("admin@acme.example", "n-1", access["sub"])


def test_a_member_signs_in_without_the_admin_role(simulator: Simulator) -> None:
    simulator.create("Acme")
    tokens = redeem(simulator, sign_in(simulator, "member@acme.example")["code"]).json()
    assert unverified(tokens["access_token"])["roles"] == ["member"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_verifier": "not-the-verifier"},
        {"redirect_uri": "http://127.0.0.1:3000/other"},
        {"code": "unknown"},
    ],
)
def test_a_code_is_redeemed_only_as_it_was_asked_for(simulator: Simulator, wrong: dict[str, str]) -> None:
    simulator.create("Acme")
    code = sign_in(simulator, "admin@acme.example")["code"]
    answer = redeem(simulator, **{"code": code, **wrong})
    assert (answer.status, answer.json()["error"]) == (400, "invalid_grant")


def test_a_code_works_once(simulator: Simulator) -> None:
    simulator.create("Acme")
    code = sign_in(simulator, "admin@acme.example")["code"]
    assert redeem(simulator, code).status == 200
    assert redeem(simulator, code).json()["error"] == "invalid_grant"


def test_without_pkce_the_client_proves_itself_by_its_secret(simulator: Simulator, sdk: Any) -> None:
    from scalekit.common.scalekit import CodeAuthenticationOptions

    acme = simulator.create("Acme")
    request = {name: value for name, value in REQUEST.items() if not name.startswith("code_challenge")}
    public = sign_in(simulator, "admin@acme.example", request)["code"]
    assert redeem(simulator, public).json()["error"] == "invalid_client"
    code = sign_in(simulator, "admin@acme.example", request)["code"]
    signed_in = sdk.authenticate_with_code(code, REDIRECT_URI, CodeAuthenticationOptions())
    assert (signed_in["user"]["email"], signed_in["organization_id"]) == ("admin@acme.example", acme["id"])


def test_a_refresh_token_works_once_and_hands_over_to_the_next(simulator: Simulator, sdk: Any) -> None:
    simulator.create("Acme")
    tokens = redeem(simulator, sign_in(simulator, "admin@acme.example")["code"]).json()
    refreshed = sdk.refresh_access_token(tokens["refresh_token"])
    assert unverified(refreshed["access_token"])["sid"] == unverified(tokens["access_token"])["sid"]
    form = {"grant_type": "refresh_token", "client_id": "skc_local"}
    assert simulator.form("/oauth/token", {**form, "refresh_token": tokens["refresh_token"]}).status == 400
    assert simulator.form("/oauth/token", {**form, "refresh_token": refreshed["refresh_token"]}).status == 200


def test_signing_out_ends_the_session_and_returns_to_a_registered_page(simulator: Simulator) -> None:
    simulator.create("Acme")
    tokens = redeem(simulator, sign_in(simulator, "admin@acme.example")["code"]).json()
    query = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": REDIRECT_URI, "state": "bye"}
    assert returned(simulator.get("/oidc/logout?" + urlencode(query))) == {"state": "bye"}
    refresh = {"grant_type": "refresh_token", "client_id": "skc_local", "refresh_token": tokens["refresh_token"]}
    assert simulator.form("/oauth/token", refresh).json()["error"] == "invalid_grant"
    elsewhere = urlencode({"post_logout_redirect_uri": "https://elsewhere.example/"})
    assert simulator.get("/oidc/logout?" + elsewhere).status == 400


@pytest.mark.parametrize("wrong", [{"client_id": "skc_other"}, {"redirect_uri": "https://elsewhere.example/"}])
def test_an_untrusted_request_is_told_so_and_never_redirected(simulator: Simulator, wrong: dict[str, str]) -> None:
    answer = authorize(simulator, **wrong)
    assert (answer.status, "location" in answer.headers) == (400, False)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_a_malformed_request_goes_back_with_its_error(simulator: Simulator, wrong: dict[str, str], error: str) -> None:
    assert returned(authorize(simulator, **wrong))["error"] == error


def test_cancelling_goes_back_with_access_denied(simulator: Simulator) -> None:
    fields = {name: REQUEST[name] for name in ("client_id", "redirect_uri", "state")}
    assert returned(simulator.form("/oauth/login", fields))["error"] == "access_denied"


def test_the_sign_in_page_escapes_names_and_shows_only_the_organization_asked_for(simulator: Simulator) -> None:
    acme = simulator.create("<b>Acme</b>")
    simulator.create("Globex")
    page = authorize(simulator).text
    assert "<b>Acme</b>" not in page
    assert "Globex" in page
    assert "Globex" not in authorize(simulator, organization_id=acme["id"]).text


def test_an_access_token_lives_five_minutes_or_what_the_session_policy_says(simulator: Simulator) -> None:
    simulator.create("Acme")
    tokens = redeem(simulator, sign_in(simulator, "admin@acme.example")["code"]).json()
    assert (tokens["expires_in"], lifetime(tokens["access_token"])) == (300, 300)
    simulator.send("PUT", "/_sim/session_policy", {"access_token_seconds": 2})
    form = {"grant_type": "refresh_token", "client_id": "skc_local", "refresh_token": tokens["refresh_token"]}
    refreshed = simulator.form("/oauth/token", form).json()
    assert (refreshed["expires_in"], lifetime(refreshed["access_token"])) == (2, 2)
    simulator.send("POST", "/_sim/reset")
    assert lifetime(simulator.token()) == 300


def lifetime(token: str) -> int:
    claims = unverified(token)
    return int(claims["exp"] - claims["iat"])


@pytest.mark.parametrize("secret", [{}, {"client_secret": "wrong"}])
def test_the_environment_without_its_secret_is_refused(simulator: Simulator, secret: dict[str, str]) -> None:
    form = {"grant_type": "client_credentials", "client_id": "skc_local", **secret}
    answer = simulator.form("/oauth/token", form)
    assert (answer.status, answer.json()["error"]) == (401, "invalid_client")


def test_pages_of_a_registered_origin_may_call_from_a_browser(simulator: Simulator) -> None:
    allowed = simulator.get("/keys", origin="http://127.0.0.1:3000")
    assert allowed.headers["access-control-allow-origin"] == "http://127.0.0.1:3000"
    assert "access-control-allow-origin" not in simulator.get("/keys", origin="https://elsewhere.example").headers

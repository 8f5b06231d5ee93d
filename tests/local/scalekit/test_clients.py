"""An organization's machine clients, and the tokens that they get."""

import base64
from typing import Any

import jwt
import pytest

from tests.local.scalekit.simulator import Answer, Simulator

WANTED = {
    "name": "Importer",
    "description": "Imports every night",
    "scopes": ["usage:write", "usage:read"],
    "audience": ["billing"],
    "custom_claims": [{"key": "region", "value": "eu"}],
    "expiry": 900,
}
BACKEND = {"client_id": "m2morg_local_backend", "client_secret": "test_secret"}


def clients_of(organization_id: str) -> str:
    return f"/api/v1/organizations/{organization_id}/clients"


def register(simulator: Simulator, organization_id: str, **changes: object) -> dict[str, Any]:
    answer = simulator.send("POST", clients_of(organization_id), {**WANTED, **changes}, **simulator.bearer)
    assert answer.status == 201, answer
    registered: dict[str, Any] = answer.json()
    return registered


def ask(simulator: Simulator, client_id: str, client_secret: str, **fields: str) -> Answer:
    credentials = {"client_id": client_id, "client_secret": client_secret}
    return simulator.form("/oauth/token", {"grant_type": "client_credentials", **credentials, **fields})


def claims_of(answer: Answer) -> dict[str, Any]:
    assert answer.status == 200, answer
    return jwt.decode(answer.json()["access_token"], options={"verify_signature": False})


def test_a_client_is_registered_read_listed_changed_and_deleted(simulator: Simulator) -> None:
    acme = simulator.create("Acme")["id"]
    client = register(simulator, acme)["client"]
    assert (client["client_id"].startswith("m2morg_"), client["organization_id"]) == (True, acme)
    assert (client["expiry"], client["custom_claims"]) == ("900", WANTED["custom_claims"])
    path = f"{clients_of(acme)}/{client['client_id']}"
    assert simulator.get(path, **simulator.bearer).json() == {"client": client}
    listed = simulator.get(clients_of(acme), **simulator.bearer).json()
    assert (listed["clients"], listed["total_size"]) == ([client], 1)
    changed = simulator.send("PATCH", path, {"scopes": ["usage:read"]}, **simulator.bearer).json()["client"]
    assert (changed["scopes"], changed["name"]) == (["usage:read"], "Importer")
    assert simulator.call("DELETE", path, **simulator.bearer).status == 200
    assert simulator.get(path, **simulator.bearer).status == 404


def test_a_secret_is_shown_once_and_then_by_its_end_only(simulator: Simulator) -> None:
    acme = simulator.create("Acme")["id"]
    registered = register(simulator, acme)
    [secret] = registered["client"]["secrets"]
    assert (secret["id"].startswith("sks_"), secret["status"]) == (True, "ACTIVE")
    assert secret["secret_suffix"] == registered["plain_secret"][-4:]
    read = simulator.get(f"{clients_of(acme)}/{registered['client']['client_id']}", **simulator.bearer)
    assert registered["plain_secret"] not in read.text


def test_a_second_secret_works_beside_the_first_until_that_is_deleted(simulator: Simulator) -> None:
    acme = simulator.create("Acme")["id"]
    registered = register(simulator, acme)
    client_id, first = registered["client"]["client_id"], registered["plain_secret"]
    path = f"{clients_of(acme)}/{client_id}/secrets"
    second = simulator.send("POST", path, **simulator.bearer)
    assert second.status == 201
    assert [ask(simulator, client_id, each).status for each in (first, second.json()["plain_secret"])] == [200, 200]
    simulator.call("DELETE", f"{path}/{registered['client']['secrets'][0]['id']}", **simulator.bearer)
    assert [ask(simulator, client_id, each).status for each in (first, second.json()["plain_secret"])] == [401, 200]
    assert simulator.call("DELETE", f"{path}/sks_unknown", **simulator.bearer).status == 404


def test_a_client_has_five_secrets_at_most(simulator: Simulator) -> None:
    acme = simulator.create("Acme")["id"]
    path = f"{clients_of(acme)}/{register(simulator, acme)['client']['client_id']}/secrets"
    answers = [simulator.send("POST", path, **simulator.bearer).status for _ in range(5)]
    assert answers == [201, 201, 201, 201, 400]


def test_its_token_has_the_documented_claims(simulator: Simulator) -> None:
    acme = simulator.create("Acme")["id"]
    registered = register(simulator, acme)
    client_id = registered["client"]["client_id"]
    answer = ask(simulator, client_id, registered["plain_secret"])
    claims = claims_of(answer)
    assert claims["sub"] == claims["client_id"] == client_id
    assert (claims["oid"], claims["scopes"], claims["aud"]) == (acme, ["usage:write", "usage:read"], ["billing"])
    assert (claims["region"], claims["exp"] - claims["iat"]) == ("eu", 900)
    assert (answer.json()["scope"], answer.json()["expires_in"]) == ("usage:write usage:read", 900)
    assert not {"sid", "roles", "permissions", "email", "scope"} & claims.keys()


def test_without_a_registered_audience_there_is_no_aud(simulator: Simulator) -> None:
    registered = register(simulator, simulator.create("Acme")["id"], audience=[])
    claims = claims_of(ask(simulator, registered["client"]["client_id"], registered["plain_secret"]))
    assert claims.keys() == {"iss", "sub", "exp", "iat", "nbf", "jti", "client_id", "oid", "scopes", "region"}


def test_a_custom_claim_never_replaces_one_of_the_tokens_own(simulator: Simulator) -> None:
    forged = [{"key": "oid", "value": "org_other"}, {"key": "sub", "value": "usr_1"}]
    acme = simulator.create("Acme")["id"]
    registered = register(simulator, acme, custom_claims=forged)
    claims = claims_of(ask(simulator, registered["client"]["client_id"], registered["plain_secret"]))
    assert (claims["oid"], claims["sub"]) == (acme, registered["client"]["client_id"])


def test_fewer_scopes_may_be_asked_for_and_no_others(simulator: Simulator) -> None:
    assert claims_of(ask(simulator, **BACKEND, scope="usage:write"))["scopes"] == ["usage:write"]
    refused = ask(simulator, **BACKEND, scope="usage:write other")
    assert (refused.status, refused.json()["error"]) == (400, "invalid_scope")


def test_the_teams_backend_is_a_client_that_was_always_there(simulator: Simulator) -> None:
    basic = base64.b64encode(":".join(BACKEND.values()).encode()).decode()
    answer = simulator.form("/oauth/token", {"grant_type": "client_credentials"}, authorization=f"Basic {basic}")
    claims = claims_of(answer)
    assert (claims["sub"], claims["oid"], claims["aud"]) == ("m2morg_local_backend", "org_backend", ["billing"])
    assert claims["scopes"] == ["billing:admin", "usage:write", "charges:write"]
    simulator.send("POST", "/_sim/organizations", {"id": "org_backend", "display_name": "Backend"})
    [listed] = simulator.get(clients_of("org_backend"), **simulator.bearer).json()["clients"]
    assert listed["client_id"] == "m2morg_local_backend"


@pytest.mark.parametrize(
    ("client_id", "secret"), [("m2morg_local_backend", "wrong"), ("m2morg_local_backend", ""), ("m2morg_1", "x")]
)
def test_a_client_that_does_not_prove_itself_is_refused(simulator: Simulator, client_id: str, secret: str) -> None:
    answer = ask(simulator, client_id, secret)
    assert (answer.status, answer.json()["error"]) == (401, "invalid_client")


def test_a_deleted_organization_takes_its_clients_along(simulator: Simulator) -> None:
    acme = simulator.create("Acme")["id"]
    registered = register(simulator, acme)
    simulator.call("DELETE", f"/api/v1/organizations/{acme}", **simulator.bearer)
    assert ask(simulator, registered["client"]["client_id"], registered["plain_secret"]).status == 401


def test_one_organization_does_not_see_anothers_client(simulator: Simulator) -> None:
    acme, globex = simulator.create("Acme")["id"], simulator.create("Globex")["id"]
    client_id = register(simulator, acme)["client"]["client_id"]
    assert simulator.get(f"{clients_of(globex)}/{client_id}", **simulator.bearer).status == 404


@pytest.mark.parametrize("body", [{"name": "A" * 129}, {"description": "A" * 513}, {"unknown": 1}, {"scopes": "one"}])
def test_what_the_vendor_refuses_is_refused(simulator: Simulator, body: dict[str, object]) -> None:
    acme = simulator.create("Acme")["id"]
    assert simulator.send("POST", clients_of(acme), body, **simulator.bearer).status == 400


def test_the_sdk_registers_a_client_and_gets_its_token(sdk: Any, simulator: Simulator) -> None:
    from scalekit.v1.clients.clients_pb2 import OrganizationClient

    acme = simulator.create("Acme")["id"]
    wanted = OrganizationClient(name="Importer", scopes=["usage:write"], audience=["billing"])
    registered = sdk.m2m_client.create_organization_client(acme, wanted)[0]
    token = sdk.generate_client_token(registered.client.client_id, registered.plain_secret)
    assert sdk.validate_access_token_and_get_claims(token)["oid"] == acme
    assert sdk.m2m_client.list_organization_clients(acme, page_size=10)[0].total_size == 1

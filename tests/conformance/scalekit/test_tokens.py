"""Every kind of token that Scalekit documents, as the simulator issues it."""

from typing import Any

import jwt
import pytest

from tests.conformance.scalekit.conftest import Hold
from tests.conformance.scalekit.documented import MACHINE_GRANT, MACHINE_TOKEN, USER_TOKEN
from tests.local.scalekit.simulator import Simulator

AUDIENCES = pytest.mark.parametrize("audience", [[], ["billing"]], ids=["without an audience", "with one"])


def claims_of(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


@AUDIENCES
def test_a_machine_is_granted_what_is_documented(simulator: Simulator, hold: Hold, audience: list[str]) -> None:
    path = f"/api/v1/organizations/{simulator.create('Granted')['id']}/clients"
    wanted = {"name": "Importer", "scopes": ["usage:write"], "audience": audience}
    registered = simulator.send("POST", path, wanted, **simulator.bearer).json()
    credentials = {"client_id": registered["client"]["client_id"], "client_secret": registered["plain_secret"]}
    answer = simulator.form("/oauth/token", {"grant_type": "client_credentials", **credentials}).json()
    claims = claims_of(answer["access_token"])
    hold("machine grant", MACHINE_GRANT, answer)
    hold("machine token", MACHINE_TOKEN, claims)
    assert claims["sub"] == claims["client_id"]
    assert claims.get("aud", []) == audience


@pytest.mark.parametrize(
    ("wanted", "documented"),
    [
        ({"organization_id": "org_1"}, USER_TOKEN),
        ({"organization_id": "org_1", "roles": ["member"], "permissions": ["billing:read"]}, USER_TOKEN),
        ({"scopes": ["usage:write"]}, MACHINE_TOKEN),
        ({"scopes": ["usage:write"], "organization_id": "org_1"}, MACHINE_TOKEN),
        ({"client_id": "m2morg_local_backend"}, MACHINE_TOKEN),
    ],
)
def test_a_token_made_to_order_is_of_a_documented_kind(
    simulator: Simulator, hold: Hold, wanted: dict[str, Any], documented: dict[str, Any]
) -> None:
    hold("made to order", documented, claims_of(simulator.token(**wanted)))

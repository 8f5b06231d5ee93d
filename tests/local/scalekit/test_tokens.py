from typing import Any

import jwt
import pytest

from tests.local.scalekit.simulator import Simulator

STANDARD = {"iss", "sub", "exp", "iat", "nbf", "jti", "client_id"}


def claims(sdk: Any, simulator: Simulator, token: str, audience: str = "skc_local") -> dict[str, Any]:
    """What the SDK makes of a token when it checks everything that it can."""
    from scalekit.common.scalekit import TokenValidationOptions

    options = TokenValidationOptions(issuer=simulator.url, audience=[audience])
    return dict(sdk.validate_access_token_and_get_claims(token, options=options))


def unverified(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def test_the_sdk_accepts_a_user_token_by_either_key(simulator: Simulator, sdk: Any) -> None:
    for _ in range(2):
        token = simulator.token(
            organization_id="org_1", sub="usr_7", email="a@acme.example", permissions=["billing:read"]
        )
        accepted = claims(sdk, simulator, token)
        assert (accepted["oid"], accepted["sub"], accepted["email"]) == ("org_1", "usr_7", "a@acme.example")
        assert (accepted["roles"], accepted["permissions"]) == (["admin"], ["billing:read"])
        simulator.send("POST", "/_sim/keys/rotate")


def test_a_user_token_has_the_documented_claims_and_lives_five_minutes(simulator: Simulator) -> None:
    made = unverified(simulator.token(organization_id="org_1"))
    assert made.keys() == STANDARD | {"aud", "oid", "sid", "roles", "permissions"}
    assert (made["aud"], made["client_id"], made["exp"] - made["iat"]) == (["skc_local"], "skc_local", 300)


def test_a_machine_token_is_the_team_backends_own(simulator: Simulator, sdk: Any) -> None:
    made = claims(sdk, simulator, simulator.token(scopes=["usage:write"]), audience="billing")
    assert made.keys() == STANDARD | {"aud", "oid", "scopes"}
    assert made["sub"] == made["client_id"] == "m2morg_local_backend"
    assert (made["oid"], made["aud"], made["scopes"]) == ("org_backend", ["billing"], ["usage:write"])
    assert made["exp"] - made["iat"] == 3600


def test_a_machine_token_of_an_organization_is_one_of_its_own_clients(simulator: Simulator) -> None:
    made = unverified(simulator.token(organization_id="org_1", scopes=["usage:write"]))
    assert (made["oid"], made["sub"], made["client_id"]) == ("org_1", "m2morg_1", "m2morg_1")
    assert "sid" not in made


@pytest.mark.parametrize("of_a_user", [{"roles": ["admin"]}, {"permissions": ["a:b"]}, {"email": "a@acme.example"}])
def test_scopes_beside_what_only_users_have_make_no_machine(simulator: Simulator, of_a_user: dict[str, object]) -> None:
    made = unverified(simulator.token(organization_id="org_1", scopes=["usage:write"], **of_a_user))
    assert (made["sub"], made["aud"], "sid" in made) == ("usr_1", ["skc_local"], True)


@pytest.mark.parametrize(("field", "claim"), [("organization_id", "oid"), ("audience", "aud")])
def test_a_null_takes_a_claim_away(simulator: Simulator, field: str, claim: str) -> None:
    assert claim in unverified(simulator.token(scopes=["usage:write"]))
    assert claim not in unverified(simulator.token(scopes=["usage:write"], **{field: None}))


def test_a_token_of_an_unknown_client_is_not_made(simulator: Simulator) -> None:
    assert simulator.send("POST", "/_sim/token", {"client_id": "m2morg_1"}).status == 404


def test_the_sdk_accepts_the_token_of_its_own_credentials(simulator: Simulator, sdk: Any) -> None:
    own = sdk.validate_access_token_and_get_claims(sdk.get_client_access_token())
    assert own["sub"] == own["client_id"] == "skc_local"
    assert not {"oid", "sid", "scopes", "aud"} & own.keys()


def test_without_an_organization_there_is_no_oid(simulator: Simulator, sdk: Any) -> None:
    assert "oid" not in claims(sdk, simulator, simulator.token(organization_id=None, roles=[]))


def test_an_expired_token_is_one_that_the_sdk_refuses(simulator: Simulator, sdk: Any) -> None:
    from scalekit.common.exceptions import ScalekitValidateTokenFailureException

    with pytest.raises(ScalekitValidateTokenFailureException):
        claims(sdk, simulator, simulator.token(expires_in=-1))


def test_claims_have_the_last_word_and_null_removes_one(simulator: Simulator) -> None:
    token = simulator.token(roles=["viewer"], claims={"aud": ["skc_other"], "sub": None, "xoid": "acme-1"})
    made = unverified(token)
    assert (made["aud"], made["xoid"], made["roles"]) == (["skc_other"], "acme-1", ["viewer"])
    assert "sub" not in made


def test_a_misspelt_field_is_refused(simulator: Simulator) -> None:
    assert simulator.send("POST", "/_sim/token", {"organisation_id": "org_1"}).status == 400

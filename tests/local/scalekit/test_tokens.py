from typing import Any

import jwt
import pytest

from tests.local.scalekit.simulator import Simulator


def claims(sdk: Any, simulator: Simulator, token: str) -> dict[str, Any]:
    """What the SDK makes of a token when it checks everything that it can."""
    from scalekit.common.scalekit import TokenValidationOptions

    options = TokenValidationOptions(issuer=simulator.url, audience=["skc_local"])
    return dict(sdk.validate_access_token_and_get_claims(token, options=options))


def test_the_sdk_accepts_a_user_token_by_either_key(simulator: Simulator, sdk: Any) -> None:
    for _ in range(2):
        token = simulator.token(
            organization_id="org_1", sub="usr_7", email="a@acme.example", permissions=["billing:read"]
        )
        accepted = claims(sdk, simulator, token)
        assert (accepted["oid"], accepted["sub"], accepted["email"]) == ("org_1", "usr_7", "a@acme.example")
        assert (accepted["roles"], accepted["permissions"]) == (["admin"], ["billing:read"])
        simulator.send("POST", "/_sim/keys/rotate")


def test_the_sdk_accepts_a_machine_token_and_its_own(simulator: Simulator, sdk: Any) -> None:
    accepted = claims(sdk, simulator, simulator.token(scopes=["usage:write"]))
    assert (accepted["scopes"], accepted["sub"]) == (["usage:write"], "skc_local")
    assert claims(sdk, simulator, sdk.get_client_access_token())["scopes"]


def test_without_an_organization_there_is_no_oid(simulator: Simulator, sdk: Any) -> None:
    assert "oid" not in claims(sdk, simulator, simulator.token(organization_id=None, roles=[]))


def test_an_expired_token_is_one_that_the_sdk_refuses(simulator: Simulator, sdk: Any) -> None:
    from scalekit.common.exceptions import ScalekitValidateTokenFailureException

    with pytest.raises(ScalekitValidateTokenFailureException):
        claims(sdk, simulator, simulator.token(expires_in=-1))


def test_claims_have_the_last_word_and_null_removes_one(simulator: Simulator) -> None:
    token = simulator.token(roles=["viewer"], claims={"aud": ["skc_other"], "sub": None, "xoid": "acme-1"})
    made = jwt.decode(token, options={"verify_signature": False})
    assert (made["aud"], made["xoid"], made["roles"]) == (["skc_other"], "acme-1", ["viewer"])
    assert "sub" not in made


def test_a_misspelt_field_is_refused(simulator: Simulator) -> None:
    assert simulator.send("POST", "/_sim/token", {"organisation_id": "org_1"}).status == 400

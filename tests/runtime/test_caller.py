from typing import Any

import pytest

from billing.core.errors import Unauthenticated
from billing.runtime.caller import Caller, read_claims

CLAIMS: dict[str, Any] = {
    "sub": "usr_1",
    "iss": "https://example.scalekit.com",
    "aud": ["skc_1"],
    "exp": 1_790_000_000,
    "oid": "org_1",
    "email": "ada@example.com",
    "roles": ["admin", "owner"],
    "permissions": ["billing:manage"],
    "scopes": ["usage:write"],
}
AS_THE_GATEWAY_SAYS_IT = {
    **CLAIMS,
    "aud": "[skc_1]",
    "exp": "1790000000",
    "roles": "[admin owner]",
    "permissions": "[billing:manage]",
    "scopes": "[usage:write]",
}


@pytest.mark.parametrize("claims", [CLAIMS, AS_THE_GATEWAY_SAYS_IT], ids=["token", "gateway"])
def test_claims_are_read_as_the_token_and_as_the_gateway_write_them(claims: dict[str, Any]) -> None:
    assert read_claims(claims) == Caller(
        user_id="usr_1",
        email="ada@example.com",
        organization_id="org_1",
        roles=frozenset({"admin", "owner"}),
        permissions=frozenset({"billing:manage"}),
        scopes=frozenset({"usage:write"}),
    )


@pytest.mark.parametrize("name", ["sub", "iss", "aud", "exp"])
@pytest.mark.parametrize("value", [None, "", [], 0], ids=repr)
def test_a_claim_that_makes_a_token_safe_must_be_there(name: str, value: object) -> None:
    with pytest.raises(Unauthenticated, match=name):
        read_claims(CLAIMS | {name: value})


@pytest.mark.parametrize("value", [None, "", []], ids=repr)
def test_a_token_without_an_organization_names_none(value: object) -> None:
    assert read_claims(CLAIMS | {"oid": value}).organization_id is None


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (None, set()),
        ("", set()),
        ("[]", set()),
        ([], set()),
        ("admin", {"admin"}),
        ("[admin]", {"admin"}),
        (7, set()),
        (["admin", "admin"], {"admin"}),
    ],
    ids=repr,
)
def test_roles_are_a_set_of_names_however_they_are_written(value: object, names: set[str]) -> None:
    assert read_claims(CLAIMS | {"roles": value}).roles == names


def test_a_machine_tokens_scopes_may_also_come_as_oauths_one_text() -> None:
    claims = CLAIMS | {"scopes": None, "scope": "usage:write charges:write"}
    assert read_claims(claims).scopes == {"usage:write", "charges:write"}

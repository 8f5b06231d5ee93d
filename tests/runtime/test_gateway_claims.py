from collections.abc import Mapping
from typing import Any

import pytest

from billing.core.errors import Unauthenticated
from billing.runtime.authentication import claims_of
from tests.deployment.gateway import ADMIN, MACHINE, flattened, unsigned


def verified(claims: Mapping[str, Any], told: Mapping[str, Any] | None = None) -> Mapping[str, object]:
    """What is read of a token of which the gateway tells this: the truth, unless told otherwise."""
    return claims_of(flattened(claims if told is None else told), f"Bearer {unsigned(claims)}")


@pytest.mark.parametrize("claims", [ADMIN, MACHINE], ids=["session", "machine"])
def test_a_verified_token_is_read_as_it_was_issued(claims: dict[str, Any]) -> None:
    assert verified(claims) == claims


@pytest.mark.parametrize("roles", [["support admin"], ["not admin"], ["[admin]"], "admin", [["admin"]]], ids=repr)
def test_a_role_stays_what_it_was_however_the_gateway_writes_it(roles: object) -> None:
    assert verified(ADMIN | {"roles": roles})["roles"] == roles


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER  ", ""])
def test_the_token_is_found_wherever_the_gateway_looks_for_it(scheme: str) -> None:
    assert claims_of(flattened(ADMIN), f"{scheme}{unsigned(ADMIN)}") == ADMIN


@pytest.mark.parametrize("name", ["iss", "sub", "jti", "oid", "sid", "client_id"])
def test_a_token_that_is_not_the_one_the_gateway_tells_of_is_refused(name: str) -> None:
    with pytest.raises(Unauthenticated, match="not the one"):
        verified(ADMIN, told=ADMIN | {name: "another"})
    with pytest.raises(Unauthenticated, match="not the one"):
        verified(ADMIN, told={each: value for each, value in ADMIN.items() if each != name})


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer a.b",
        "Bearer not.a.token",
        "Bearer a.W10.c",
        "Bearer a.bnVsbA.c",
        f"Bearer a.{'W1tb' * 50_000}.c",
        "Basic dXNlcjpwYXNz",
        f"Bearer {unsigned(ADMIN)},Bearer {unsigned(ADMIN)}",
        f"Bearer {unsigned(ADMIN)}, {unsigned(ADMIN)}",
        f"Token {unsigned(ADMIN)}",
    ],
    ids=lambda header: header[:24],
)
def test_a_header_that_is_not_one_token_is_refused(header: str) -> None:
    with pytest.raises(Unauthenticated, match="no access token"):
        claims_of(flattened(ADMIN), header)


def test_without_a_token_at_hand_a_list_of_one_name_is_read() -> None:
    told = flattened(ADMIN | {"roles": ["admin"], "permissions": ["billing:manage"]})
    read = claims_of(told, "")
    assert (read["roles"], read["permissions"], read["aud"]) == (["admin"], ["billing:manage"], ["skc_1"])
    assert (read["exp"], read["sub"]) == (4_102_444_800, "usr_1")


@pytest.mark.parametrize("roles", [["support admin"], ["admin", "owner"], ["[admin]"], [], ["admin "]], ids=repr)
def test_without_a_token_at_hand_no_other_list_grants_anything(roles: list[str]) -> None:
    assert not isinstance(claims_of(flattened(ADMIN | {"roles": roles}), "")["roles"], list)


@pytest.mark.parametrize("value", ["soon", "-1", "1e9", "²", ""])
def test_a_time_that_is_no_number_stays_text(value: str) -> None:
    assert claims_of({"exp": value}, "") == {"exp": value}

from typing import Any

import pytest

from billing.core.errors import Unauthenticated
from billing.runtime.authentication import read_claims
from billing.runtime.caller import Caller, Kind

SESSION: dict[str, Any] = {
    "sub": "usr_1",
    "sid": "ses_1",
    "client_id": "skc_1",
    "iss": "https://example.scalekit.com",
    "aud": ["skc_1"],
    "exp": 1_790_000_000,
    "oid": "org_1",
    "email": "ada@example.com",
    "roles": ["admin", "owner"],
    "permissions": ["billing:manage"],
}
MACHINE: dict[str, Any] = {
    "sub": "m2morg_1",
    "client_id": "m2morg_1",
    "iss": "https://example.scalekit.com",
    "aud": ["billing"],
    "exp": 1_790_000_000,
    "oid": "org_1",
    "scopes": ["usage:write", "charges:write"],
}
BOTH = pytest.mark.parametrize("claims", [SESSION, MACHINE], ids=["session", "machine"])


def test_a_session_is_somebody_in_an_organization_with_roles_and_permissions() -> None:
    assert read_claims(SESSION) == Caller(
        kind=Kind.SESSION,
        user_id="usr_1",
        email="ada@example.com",
        organization_id="org_1",
        roles=frozenset({"admin", "owner"}),
        permissions=frozenset({"billing:manage"}),
    )


def test_a_machine_is_a_client_of_an_organization_with_scopes() -> None:
    assert read_claims(MACHINE) == Caller(
        kind=Kind.MACHINE,
        user_id="m2morg_1",
        organization_id="org_1",
        scopes=frozenset({"usage:write", "charges:write"}),
    )


def test_a_session_has_no_scopes_whatever_its_token_says() -> None:
    smuggled = {"scopes": ["billing:admin"], "scope": "billing:admin"}
    assert read_claims(SESSION | smuggled) == read_claims(SESSION)


def test_a_machine_has_neither_roles_nor_permissions_whatever_its_token_says() -> None:
    smuggled = {"roles": ["admin"], "permissions": ["billing:manage"], "email": "ada@example.com"}
    assert read_claims(MACHINE | smuggled) == read_claims(MACHINE)


@pytest.mark.parametrize(
    "claims",
    [
        MACHINE | {"sid": "ses_1"},
        MACHINE | {"client_id": "skc_1"},
        MACHINE | {"client_id": None},
        SESSION | {"sid": None},
        SESSION | {"sid": ""},
        SESSION | {"client_id": "usr_1"},
    ],
    ids=["machine with a session", "machine through a client", "no client", "no session", "empty", "session of itself"],
)
def test_a_token_that_is_neither_a_sessions_nor_a_machines_is_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated, match="neither"):
        read_claims(claims)


def test_a_session_needs_no_client_id() -> None:
    assert read_claims(SESSION | {"client_id": None}).kind is Kind.SESSION


@BOTH
@pytest.mark.parametrize("name", ["sub", "iss", "aud", "exp"])
@pytest.mark.parametrize("value", [None, "", [], 0, False, True, {}, {"a": 1}, -1], ids=repr)
def test_a_claim_that_makes_a_token_safe_must_be_there(claims: dict[str, Any], name: str, value: object) -> None:
    with pytest.raises(Unauthenticated, match=name):
        read_claims(claims | {name: value})


@pytest.mark.parametrize(("name", "value"), [("exp", "1790000000"), ("exp", [1]), ("sub", 7), ("sub", ["usr_1"])])
def test_a_claim_of_the_wrong_type_makes_no_token_safe(name: str, value: object) -> None:
    with pytest.raises(Unauthenticated, match=name):
        read_claims(SESSION | {name: value})


def test_who_has_no_audience_is_told_what_to_set() -> None:
    with pytest.raises(Unauthenticated, match="ScalekitMachineAudience"):
        read_claims({name: value for name, value in MACHINE.items() if name != "aud"})


@BOTH
@pytest.mark.parametrize("value", [None, ""], ids=repr)
def test_a_token_without_an_organization_names_none(claims: dict[str, Any], value: object) -> None:
    assert read_claims(claims | {"oid": value}).organization_id is None


@BOTH
@pytest.mark.parametrize("name", ["oid", "sid", "client_id"])
@pytest.mark.parametrize("value", [False, True, 0, 5, [], ["org_1"], {}, {"a": 1}], ids=repr)
def test_a_name_that_is_no_text_is_refused(claims: dict[str, Any], name: str, value: object) -> None:
    with pytest.raises(Unauthenticated, match=name):
        read_claims(claims | {name: value})


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (None, []),
        ([], []),
        (["admin", "admin"], ["admin"]),
        (["admin", "owner"], ["admin", "owner"]),
        (["support admin"], []),
        (["admin ", " admin", "\tadmin", "admin\n", ""], []),
        (["[admin]"], ["[admin]"]),
        (["support admin", "owner"], ["owner"]),
        ([["admin"], {"admin": 1}, 7, None], []),
        ("admin", []),
        ("[admin]", []),
        ({"admin": True}, []),
        (7, []),
    ],
    ids=repr,
)
def test_a_role_is_one_word_in_a_list_and_anything_else_is_none(value: object, names: list[str]) -> None:
    assert read_claims(SESSION | {"roles": value}).roles == set(names)
    assert read_claims(SESSION | {"permissions": value}).permissions == set(names)
    assert read_claims(MACHINE | {"scopes": value}).scopes == set(names)

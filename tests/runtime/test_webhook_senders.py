import base64

import pytest

from billing.core.errors import NotConfigured, Unauthenticated
from billing.runtime.webhooks import TOLERANCE, verify_basic, verify_signature
from tests.scalekit.signatures import signed_headers
from tests.subscriptions.examples import NOW

SECRET = "whsec_" + base64.b64encode(b"a signing key of the tests").decode()
OTHER = "whsec_" + base64.b64encode(b"the key before the rotation").decode()
BODY = b'{"id":"evt_1","type":"organization.created"}'


def signed(secret: str = SECRET, at: int = NOW) -> dict[str, str]:
    return signed_headers(secret, "msg_1", BODY, at)


def accepts(body: bytes, headers: dict[str, str], *secrets: str, now: int = NOW) -> bool:
    try:
        verify_signature(body, headers, secrets or (SECRET,), now)
    except Unauthenticated:
        return False
    return True


def test_what_the_secret_signed_is_accepted() -> None:
    assert accepts(BODY, signed())


def test_the_previous_secret_counts_during_a_rotation_and_not_after_it() -> None:
    assert accepts(BODY, signed(OTHER), SECRET, OTHER)
    assert accepts(BODY, signed(OTHER), "", OTHER)
    assert not accepts(BODY, signed(OTHER), SECRET, "")


@pytest.mark.parametrize(
    ("seconds_off", "accepted"), [(0, True), (TOLERANCE, True), (TOLERANCE + 1, False), (86_400, False)]
)
@pytest.mark.parametrize("direction", [1, -1], ids=["future", "past"])
def test_a_signature_counts_for_five_minutes_in_either_direction(
    seconds_off: int, accepted: bool, direction: int
) -> None:
    assert accepts(BODY, signed(at=NOW + direction * seconds_off)) is accepted


@pytest.mark.parametrize(
    "listed",
    [
        "{valid}",
        "v1,c2hvcnQ= {valid}",
        "v2,{mac} {valid}",
        "v1 v1, v1,% {valid} garbage",
        "{valid} {valid}",
    ],
)
def test_one_valid_signature_of_the_list_is_enough(listed: str) -> None:
    valid = signed()["webhook-signature"]
    header = listed.format(valid=valid, mac=valid.partition(",")[2])
    assert accepts(BODY, signed() | {"webhook-signature": header})


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": ""},
        {"webhook-id": "msg_2"},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "yesterday"},
        {"webhook-timestamp": f"{NOW + 1}"},
        {"webhook-timestamp": f"-{NOW}"},
        {"webhook-timestamp": f"{NOW}.0"},
        {"webhook-timestamp": "١٧٩٠٠٠٠٠٠٠"},
        pytest.param({"webhook-timestamp": "9" * 5_000}, id="an endless timestamp"),
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,%%%"},
        {"webhook-signature": "v1,é"},
        {"webhook-signature": signed()["webhook-signature"].replace("v1,", "v2,")},
        {"webhook-signature": signed()["webhook-signature"].replace("v1,", "")},
        {"webhook-signature": signed(OTHER)["webhook-signature"]},
    ],
    ids=str,
)
def test_anything_else_is_refused(changed: dict[str, str]) -> None:
    assert not accepts(BODY, signed() | changed)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_every_header_must_be_there(name: str) -> None:
    headers = signed()
    del headers[name]
    assert not accepts(BODY, headers)


@pytest.mark.parametrize("secrets", [(), ("",), ("", "")])
def test_without_a_secret_nothing_is_accepted(secrets: tuple[str, ...]) -> None:
    with pytest.raises(NotConfigured):
        verify_signature(BODY, signed(), secrets, NOW)


@pytest.mark.parametrize("secret", ["whsec_", "whsec", "c2VjcmV0", "other_c2VjcmV0", "whsec_%%%"])
def test_a_secret_that_is_not_one_of_scalekits_closes_the_door(secret: str) -> None:
    with pytest.raises(NotConfigured):
        verify_signature(BODY, signed(), [secret], NOW)


# --- Chargebee's password -------------------------------------------------------------------------

CURRENT, PREVIOUS = ("chargebee", "pass:word"), ("chargebee", "old")


def basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


@pytest.mark.parametrize("header", [basic(*CURRENT), basic(*CURRENT).replace("Basic", "bAsIc"), basic(*PREVIOUS)])
def test_the_current_and_the_previous_credentials_are_accepted(header: str) -> None:
    verify_basic(header, [CURRENT, PREVIOUS])


def test_credentials_beyond_ascii_are_compared_as_utf_8() -> None:
    verify_basic(basic("chargebee", "pässwörd"), [("chargebee", "pässwörd")])


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic ",
        "Basic %%%",
        "Basic é",
        "Bearer " + basic(*CURRENT).partition(" ")[2],
        basic("chargebee", "wrong"),
        basic("chargebee", ""),
        basic("", "pass:word"),
        basic("", ""),
        basic("Chargebee", "pass:word"),
        basic(*CURRENT)[:-2],
        basic(*CURRENT) + " x",
    ],
)
def test_other_credentials_are_refused(header: str) -> None:
    with pytest.raises(Unauthenticated):
        verify_basic(header, [CURRENT, PREVIOUS])


@pytest.mark.parametrize("pairs", [[], [("", "")], [("chargebee", "")], [("", "password")]])
def test_an_incomplete_pair_opens_nothing(pairs: list[tuple[str, str]]) -> None:
    for header in ("", basic("", ""), basic("chargebee", ""), basic("", "password")):
        with pytest.raises(NotConfigured):
            verify_basic(header, pairs)


def test_an_empty_previous_pair_is_no_second_password() -> None:
    with pytest.raises(Unauthenticated):
        verify_basic(basic("", ""), [CURRENT, ("", "")])

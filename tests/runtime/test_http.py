import base64

import pytest

from billing.core.errors import InvalidRequest
from billing.runtime.http import each_once, read_body, read_json


@pytest.mark.parametrize(
    ("event", "body"),
    [
        ({}, b""),
        ({"body": None}, b""),
        ({"body": "{}"}, b"{}"),
        ({"body": "é"}, "é".encode()),
        ({"body": base64.b64encode(b"\x00\xff").decode(), "isBase64Encoded": True}, b"\x00\xff"),
        ({"body": "", "isBase64Encoded": True}, b""),
    ],
)
def test_a_body_is_the_bytes_that_were_sent(event: dict[str, object], body: bytes) -> None:
    assert read_body(event) == body


@pytest.mark.parametrize("body", ["%%%", "a", "YQ", "YQ==\n"])
def test_a_body_that_is_not_the_base64_that_it_claims_is_refused(body: str) -> None:
    with pytest.raises(InvalidRequest):
        read_body({"body": body, "isBase64Encoded": True})


@pytest.mark.parametrize("raw", [b"null", b"7", b'"text"', b"[]", b"{}", b' {"a": 1} ', '{"a": "é"}'.encode()])
def test_json_is_read_whatever_it_is(raw: bytes) -> None:
    read_json(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b"{} {}",
        b"NaN",
        b"-Infinity",
        b'{"a": Infinity}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"9" * 5_000,
        b'"\xff"',
        b'\xef\xbb\xbf{"a": 1}',
        '{"a": 1}'.encode("utf-16"),
        '{"a": 1}'.encode("utf-32"),
        b'"\x00"',
    ],
    ids=lambda raw: raw[:20].hex(),
)
def test_what_is_not_json_in_utf_8_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidRequest):
        read_json(raw)


@pytest.mark.parametrize("raw", [b'{"a": 1, "a": 1}', b'{"a": [{"b": 1, "c": 2, "b": 3}]}', b'{"\\u0061": 1, "a": 2}'])
def test_a_caller_names_a_field_once(raw: bytes) -> None:
    with pytest.raises(InvalidRequest, match="named twice"):
        read_json(raw, each_once)
    read_json(raw)


def test_the_same_name_in_two_objects_is_two_fields() -> None:
    assert read_json(b'[{"a": 1}, {"a": {"a": 2}}]', each_once) == [{"a": 1}, {"a": {"a": 2}}]

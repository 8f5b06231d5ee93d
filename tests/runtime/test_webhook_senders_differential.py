"""Our verifier of webhook signatures, held against the one in Scalekit's own SDK."""

import base64
import time
import warnings
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.core.errors import Unauthenticated
from billing.runtime.webhooks import TOLERANCE, verify_signature
from tests.scalekit.signatures import signed_headers

VendorAccepts = Callable[[str, dict[str, str], bytes], bool]

_keys = st.binary(min_size=1, max_size=64).map(lambda key: "whsec_" + base64.b64encode(key).decode())
_ids = st.from_regex(r"[0-9A-Za-z_.-]{1,40}", fullmatch=True)
_bodies = st.text(st.characters(codec="utf-8"), min_size=1, max_size=200).map(str.encode)


@pytest.fixture(scope="session")
def vendor_accepts() -> VendorAccepts:
    """The SDK's verifier, without the client around it: that would ask Scalekit for a token first."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the SDK's own models still use what pydantic has deprecated
        from scalekit.client import ScalekitClient
        from scalekit.common.exceptions import WebhookVerificationError

    client = ScalekitClient.__new__(ScalekitClient)

    def accepts(secret: str, headers: dict[str, str], body: bytes) -> bool:
        try:
            return bool(client.verify_webhook_payload(secret, headers, body))
        except (WebhookVerificationError, UnicodeDecodeError):
            return False

    return accepts


def we_accept(secret: str, headers: dict[str, str], body: bytes) -> bool:
    try:
        verify_signature(body, headers, [secret], int(time.time()))
    except Unauthenticated:
        return False
    return True


@settings(deadline=None, derandomize=True)
@given(
    secret=_keys,
    message=st.tuples(_ids, _bodies),
    offset=st.sampled_from([0, -200, 200, -400, 400]),
    before=st.sampled_from(["", "v1,AAAA ", "v0,AAAA ", "v2 "]),
)
def test_we_accept_exactly_what_the_vendors_verifier_accepts(
    vendor_accepts: VendorAccepts, secret: str, message: tuple[str, bytes], offset: int, before: str
) -> None:
    message_id, body = message
    headers = signed_headers(secret, message_id, body, int(time.time()) + offset)
    headers["webhook-signature"] = before + headers["webhook-signature"]
    expected = abs(offset) < TOLERANCE
    assert vendor_accepts(secret, headers, body) is expected
    assert we_accept(secret, headers, body) is expected


@settings(deadline=None, derandomize=True)
@given(secret=_keys, message_id=_ids, body=_bodies, data=st.data())
def test_one_flipped_bit_is_refused_by_us_and_by_the_vendor(
    vendor_accepts: VendorAccepts, secret: str, message_id: str, body: bytes, data: st.DataObject
) -> None:
    headers = signed_headers(secret, message_id, body, int(time.time()))
    flipped = bytearray(body)
    flipped[data.draw(st.integers(0, len(body) - 1), label="place")] ^= 1 << data.draw(st.integers(0, 7), label="bit")
    assert not vendor_accepts(secret, headers, bytes(flipped))
    assert not we_accept(secret, headers, bytes(flipped))

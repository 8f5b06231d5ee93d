import json
import time
from typing import Any

import pytest

from tests.deployment.gateway import http_event
from tests.deployment.lambda_runtime import Answer
from tests.deployment.world import PREVIOUS_WEBHOOK_SECRET, WEBHOOK_SECRET, World
from tests.scalekit.signatures import signed_headers
from tests.subscriptions.examples import organization_event_json

ROUTE = "POST /api/webhooks/scalekit"
BODY = json.dumps(organization_event_json()).encode()


def deliver(world: World, body: bytes = BODY, *, base64_encoded: bool = False, **signing: Any) -> Answer:
    """A delivery signed with `secret`, `ahead` seconds from now, over `signed`; `headers` are put over its own."""
    at = int(time.time()) + signing.get("ahead", 0)
    headers = signed_headers(signing.get("secret", WEBHOOK_SECRET), "msg_1", signing.get("signed", body), at)
    headers |= signing.get("headers", {})
    event = http_event(ROUTE, body=body, headers=headers, base64_encoded=base64_encoded)
    return world.call("scalekit/webhook", event)


@pytest.mark.parametrize("base64_encoded", [False, True], ids=["plain", "base64"])
def test_a_signed_event_is_queued_as_it_came(world: World, base64_encoded: bool) -> None:
    answer = deliver(world, base64_encoded=base64_encoded)
    assert (answer.status, answer.body) == (200, {"received": True})
    assert world.messages("ProvisioningQueue") == [organization_event_json()]
    assert (world.items(), world.chargebee.calls()) == ([], [])


def test_header_names_are_read_in_any_case(world: World) -> None:
    signed = signed_headers(WEBHOOK_SECRET, "msg_1", BODY, int(time.time()))
    event = http_event(ROUTE, body=BODY, headers={name.title(): value for name, value in signed.items()})
    assert world.call("scalekit/webhook", event).status == 200


def test_the_previous_secret_is_accepted_until_it_is_cleared(world: World) -> None:
    assert deliver(world, secret=PREVIOUS_WEBHOOK_SECRET).status == 200


def test_a_retired_secret_is_refused(world: World) -> None:
    world.keep_secret("ScalekitSigningSecret", current=WEBHOOK_SECRET, previous="")
    assert deliver(world, secret=PREVIOUS_WEBHOOK_SECRET).status == 401


@pytest.mark.parametrize("previous", ["x", "none", "whsec_", "whsec_%%%"])
def test_a_malformed_previous_secret_is_passed_over_and_counted(
    world: World, capfd: pytest.CaptureFixture[str], previous: str
) -> None:
    world.keep_secret("ScalekitSigningSecret", current=WEBHOOK_SECRET, previous=previous)
    assert deliver(world).status == 200
    assert "malformed_previous_secret" in capfd.readouterr().out
    assert deliver(world, secret="whsec_c29tZWJvZHkgZWxzZQ==").status == 401


@pytest.mark.parametrize(
    "delivery",
    [
        {"signed": BODY + b" "},
        {"signed": BODY.replace(b"Acme", b"Acmf")},
        {"signed": json.dumps(organization_event_json(), indent=1).encode()},
        {"secret": "whsec_c29tZWJvZHkgZWxzZQ=="},
        {"headers": {"webhook-signature": ""}},
        {"headers": {"webhook-id": "msg_2"}},
        {"headers": {"webhook-timestamp": "9" * 5_000}},
        {"ahead": -6 * 60},
        {"ahead": 6 * 60},
    ],
    ids=[
        "another body",
        "one byte",
        "reserialized",
        "another secret",
        "no signature",
        "another id",
        "an endless timestamp",
        "six minutes old",
        "six minutes ahead",
    ],
)
def test_an_event_that_is_not_signed_by_scalekit_now_is_refused_without_a_trace(
    world: World, delivery: dict[str, Any]
) -> None:
    answer = deliver(world, **delivery)
    assert (answer.status, answer.code) == (401, "unauthenticated")
    assert world.untouched()


@pytest.mark.parametrize(
    "kept", [{"current": "", "previous": ""}, {}, {"current": "changeme"}], ids=["empty", "absent", "no whsec_"]
)
def test_without_a_secret_every_event_is_refused(world: World, kept: dict[str, str]) -> None:
    world.keep_secret("ScalekitSigningSecret", **kept)
    answer = deliver(world)
    assert (answer.status, answer.code) == (500, "not_configured")
    assert world.untouched()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"7",
        b'"text"',
        b"[]",
        b"{}",
        b'{"id": "evt_1"}',
        b'{"type": "organization.created"}',
        b'{"id": "", "type": "organization.created"}',
        b'{"id": 7, "type": "organization.created"}',
        b'{"id": "evt_1", "type": null}',
        b'{"id": "evt_1", "type": "t", "n": NaN}',
        b'{"id": "evt_1", "type": "t", "n": Infinity}',
        b"[" * 200_000,
        b'{"id": "evt_1", "type": "t", "n": ' + b"9" * 5_000 + b"}",
        b'{"id": "evt_1", "type": "\xff"}',
        b'\xef\xbb\xbf{"id": "evt_1", "type": "t"}',
        '{"id": "evt_1", "type": "t"}'.encode("utf-16"),
    ],
    ids=lambda body: body[:40].decode(errors="replace"),
)
def test_a_signed_body_that_is_no_event_is_refused(world: World, body: bytes) -> None:
    answer = deliver(world, body, base64_encoded=True)
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert world.untouched()


def test_a_body_over_256_kb_is_refused(world: World) -> None:
    body = json.dumps(organization_event_json(display_name="a" * 256 * 1024)).encode()
    answer = deliver(world, body)
    assert (answer.status, answer.code) == (413, "payload_too_large")
    assert world.untouched()


def test_a_body_that_is_not_the_base64_that_it_claims_is_refused(world: World) -> None:
    event = http_event(ROUTE, body="%%%") | {"isBase64Encoded": True}
    assert world.call("scalekit/webhook", event).status == 400


def test_a_queue_that_does_not_take_the_event_makes_scalekit_send_it_again(world: World) -> None:
    world.lose("ProvisioningQueue")
    answer = deliver(world)
    assert (answer.status, answer.code) == (500, "internal_error")


def test_an_event_of_any_type_is_accepted(world: World) -> None:
    body = json.dumps({"id": "evt_1", "type": "a.type.of.next.year", "data": {}}).encode()
    assert deliver(world, body).status == 200

"""Accept a webhook: authenticate the raw bytes, make them durable, and only then say so."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from billing.core.errors import InvalidRequest, NotConfigured, PayloadTooLarge, Unauthenticated
from billing.runtime.authentication import Event
from billing.runtime.http import Handler, Response, answer, read_body, read_json, refusal
from billing.runtime.logs import count, invocation, learned, logger, of_request
from billing.runtime.queues import message

MAX_BODY = 5 * 1024 * 1024
"""Bytes. A function is called with 6 MB at most, the gateway's own part and every quote's backslash among them
(https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)."""

TOLERANCE = 300
"""Seconds that a signature's timestamp may be off, in either direction."""

_SECONDS = re.compile(r"[0-9]{1,12}")


class Inbox(Protocol):
    """A durable queue of webhooks."""

    def send(self, body: str) -> None:
        """Queue what is kept of a vendor's body. Raises when the queue did not take it."""


Authenticate = Callable[[bytes, Mapping[str, str]], None]
"""Raises unless the body with these headers (names in lower case) is the vendor's."""

Excerpt = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""What of an event is queued."""


def whole(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """All of it."""
    return document


def webhook(
    type_field: str, authenticate: Authenticate, queue: Callable[[], Inbox], excerpt: Excerpt = whole
) -> Handler:
    """The handler of one vendor's webhook. What is read of an event is queued, of every type; nothing is decided here.

    A queue that does not take the message is a 5xx, so that the vendor sends it again.
    """

    def handler(event: dict[str, Any], context: Any) -> Response:
        with invocation(context, **of_request(event)):
            try:
                document = _outline(read_json(_authentic(event, authenticate)), type_field)
                learned(event_id=document["id"])
                queue().send(message(excerpt(document)))
            except Exception as error:
                response = refusal(error)
                count(f"webhook_refused_{response['statusCode']}")
                return response
            logger().info("webhook_accepted", extra={"type": document[type_field]})
            return answer({"received": True})

    return handler


def _authentic(event: Event, authenticate: Authenticate) -> bytes:
    body = read_body(event)
    if len(body) > MAX_BODY:
        raise PayloadTooLarge(f"A webhook is at most {MAX_BODY} bytes.")
    authenticate(body, {name.lower(): value for name, value in (event.get("headers") or {}).items()})
    return body


def _outline(document: object, type_field: str) -> Mapping[str, Any]:
    """The least that every event has. Raises InvalidRequest."""
    if not isinstance(document, dict):
        raise InvalidRequest("The event is not a JSON object.")
    for name in ("id", type_field):
        if not isinstance(document.get(name), str) or not document[name]:
            raise InvalidRequest(f"The event has no {name}.")
    return document


def verify_signature(body: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: int) -> None:
    """Accept `body` when any of `secrets` signed it within five minutes of `now` (UTC seconds).

    Scalekit signs as Standard Webhooks do (https://docs.scalekit.com/reference/webhooks): HMAC-SHA256 over
    `{id}.{timestamp}.{body}` with the base64 part of `whsec_...`, in a space-separated list of `v1,<base64>`.
    Header names are lower-case. A malformed secret is skipped, so that it does not disable the other one. Raises
    Unauthenticated, or NotConfigured when there is no secret to check with.
    """
    if not any(secrets):
        raise NotConfigured("The Scalekit webhook secret is not set: run `make secrets`.")
    keys = [key for secret in secrets if (key := _key(secret))]
    if not keys:
        raise NotConfigured("The Scalekit webhook secret must look like whsec_<base64>: run `make secrets`.")
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not message_id or not _SECONDS.fullmatch(timestamp):
        raise Unauthenticated("The webhook is not signed.")
    if abs(now - int(timestamp)) > TOLERANCE:
        raise Unauthenticated("The webhook's signature is too old or from the future.")
    signed = f"{message_id}.{int(timestamp)}.".encode() + body
    expected = [hmac.new(key, signed, hashlib.sha256).digest() for key in keys]
    offered = _offered(headers.get("webhook-signature", ""))
    if not _any_equal([(one, other) for one in expected for other in offered]):
        raise Unauthenticated("The webhook's signature does not match its body.")


def verify_basic(header: str, credentials: Sequence[tuple[str, str]]) -> None:
    """Accept an `Authorization` header that carries any of the `(username, password)` pairs.

    Chargebee does not sign; it sends what its webhook settings hold. Raises Unauthenticated, or NotConfigured when no
    complete pair is set: an empty password opens nothing.
    """
    complete = [pair for pair in credentials if all(pair)]
    if not complete:
        raise NotConfigured("The Chargebee webhook credentials are not set: run `make secrets`.")
    scheme, _, encoded = header.partition(" ")
    offered = _decoded(encoded.strip()) if scheme.lower() == "basic" else None
    expected = [":".join(pair).encode() for pair in complete]
    if offered is None or not _any_equal([(each, offered) for each in expected]):
        raise Unauthenticated("The webhook's credentials are missing or wrong.")


def is_malformed(secret: str) -> bool:
    """Whether a secret that is set could never have signed anything."""
    return bool(secret) and not _key(secret)


def _key(secret: str) -> bytes | None:
    prefix, _, encoded = secret.partition("_")
    return _decoded(encoded) if prefix == "whsec" else None


def _offered(header: str) -> list[bytes]:
    """The well-formed v1 signatures of the list; the rest can match nothing."""
    parts = (part.partition(",") for part in header.split())
    return [raw for version, _, encoded in parts if version == "v1" and (raw := _decoded(encoded))]


def _any_equal(pairs: Sequence[tuple[bytes, bytes]]) -> bool:
    """Compare every pair, in constant time each: which secret matched must not show in the time taken."""
    return any([hmac.compare_digest(one, other) for one, other in pairs])


def _decoded(value: str) -> bytes | None:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None

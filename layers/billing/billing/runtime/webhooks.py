"""Accept a webhook: authenticate the raw bytes, make them durable, and only then say so."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from billing.core.errors import InvalidRequest, PayloadTooLarge
from billing.runtime.answers import Response, answer, refusal
from billing.runtime.callers import Event
from billing.runtime.http import Handler, read_body, read_json
from billing.runtime.logs import count, logger
from billing.runtime.queues import message
from billing.runtime.trace import invocation, learned, of_request

MAX_BODY = 5 * 1024 * 1024
"""Bytes. A function is called with 6 MB at most, the gateway's own part and every quote's backslash among them
(https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)."""


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
            logger().info("webhook_accepted", extra={"id": document["id"], "type": document[type_field]})
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

"""Accept a webhook: authenticate the raw bytes, make them durable, and only then say so."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from billing.core.errors import InvalidRequest, PayloadTooLarge
from billing.runtime.answers import Response, answer, refusal
from billing.runtime.callers import Event
from billing.runtime.http import Handler, read_body, read_json
from billing.runtime.logs import count, logger

MAX_BYTES = 256 * 1024
"""The queue's limit, and far above any event of either vendor."""


class Inbox(Protocol):
    """A durable queue of webhooks."""

    def send(self, body: str) -> None:
        """Queue a vendor's body as it came. Raises when the queue did not take it."""


Authenticate = Callable[[bytes, Mapping[str, str]], None]
"""Raises unless the body with these headers (names in lower case) is the vendor's."""


def webhook(type_field: str, authenticate: Authenticate, queue: Callable[[], Inbox]) -> Handler:
    """The handler of one vendor's webhook. Whatever the vendor sends is queued as it came; nothing is decided here.

    A queue that does not take the message is a 5xx, so that the vendor sends it again.
    """

    def handler(event: dict[str, Any], context: Any) -> Response:
        try:
            body = _authentic(event, authenticate)
            document = _outline(read_json(body), type_field)
            queue().send(body.decode())
        except Exception as error:
            response = refusal(error)
            count(f"webhook_refused_{response['statusCode']}")
            return response
        logger().info("webhook_accepted", extra={"id": document["id"], "type": document[type_field]})
        return answer({"received": True})

    return handler


def _authentic(event: Event, authenticate: Authenticate) -> bytes:
    body = read_body(event)
    if len(body) > MAX_BYTES:
        raise PayloadTooLarge(f"A webhook is at most {MAX_BYTES} bytes.")
    authenticate(body, {name.lower(): value for name, value in (event.get("headers") or {}).items()})
    return body


def _outline(document: object, type_field: str) -> Mapping[str, Any]:
    """The least that every event has. Raises InvalidRequest."""
    if not isinstance(document, dict):
        raise InvalidRequest("The event is not a JSON object.")
    for name in ("id", type_field):
        if not isinstance(document.get(name), str) or not document[name]:
            raise InvalidRequest(f"The event has no {name!r}.")
    return document

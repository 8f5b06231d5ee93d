"""One id from click to hook: what every line that is logged says, and every message and announcement carries."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from billing.core.invocation import CARRIED, caused_by, deadline
from billing.runtime.logs import log_failure, logger


@contextmanager
def about(**ids: str | None) -> Iterator[None]:
    """Every line within says the ids that are not None, and of what was said around it whose invocation it is."""
    around = dict(logger().thread_safe_get_current_keys())
    kept = {name: around.get(name) for name in ("function", "function_request_id", "request_id")}
    _say(kept | {name: value for name, value in ids.items() if value})
    try:
        yield
    finally:
        _say(around)


@contextmanager
def invocation(context: Any, **ids: str | None) -> Iterator[None]:
    """Where every handler begins. What no request to the API began is named after the invocation.

    What escapes is logged, and raised.
    """
    deadline.begin(context)
    own = getattr(context, "aws_request_id", None)
    name = getattr(context, "function_name", None)
    with about(**{"function": name, "function_request_id": own, "request_id": own, **ids}):
        try:
            yield
        except Exception as error:
            log_failure("invocation_failed", error)
            raise


def learned(**ids: Any) -> None:
    """What is known only now, for the lines from here on."""
    logger().thread_safe_append_keys(**{name: value for name, value in ids.items() if value})
    caused_by(logger().thread_safe_get_current_keys())


def of_request(event: Mapping[str, Any]) -> dict[str, str | None]:
    """The gateway's id of an HTTP API event, and its route."""
    request = event.get("requestContext", {})
    return {"request_id": request.get("requestId"), "route": event.get("routeKey")}


def attributes(known: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """A cause as the attributes of a message, which whoever does not know them leaves alone."""
    return {name: {"DataType": "String", "StringValue": known[name]} for name in CARRIED if known.get(name)}


def carried(record: Mapping[str, Any]) -> dict[str, str]:
    """The cause that a queue's record carries. One that was sent by a version of before carries none."""
    told = record.get("messageAttributes") or {}
    return {name: told[name]["stringValue"] for name in CARRIED if name in told}


def _say(ids: Mapping[str, Any]) -> None:
    logger().thread_safe_clear_keys()
    learned(**ids)

"""What every call of Chargebee's SDK needs."""

import re
from collections.abc import Callable
from typing import Any

from billing.chargebee.retry import PacedRetry, Retry
from billing.core.chargebee_errors import ChargebeeUnavailable
from billing.core.errors import InvalidRequest

_ID = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9_.:@+~-]{1,50}")


def ask(retry: Retry | PacedRetry, call: Callable[[], Any]) -> Any:
    """The answer. The SDK raises TypeError when a success lacks what it promises."""
    try:
        return retry(call)
    except TypeError as error:
        raise ChargebeeUnavailable("Chargebee's answer is incomplete. Try again.") from error


def understood[Resource](read: Callable[[], Resource]) -> Resource:
    """What a resource of an answer says. One that says nothing we know is no mistake of our caller's."""
    try:
        return read()
    except InvalidRequest as error:
        raise ChargebeeUnavailable(f"Chargebee's answer is not understood: {error}") from error


def keyed(key: str) -> dict[str, str]:
    """A fresh dict for every attempt: the SDK writes the API key into the headers that it is given."""
    return {"chargebee-idempotency-key": key}


def path_safe(resource_id: str) -> str:
    """The SDK does not escape a slash in an id, nor dots alone, which would call another endpoint."""
    if not _ID.fullmatch(resource_id):
        raise InvalidRequest("That is not an id that Chargebee could have.")
    return resource_id

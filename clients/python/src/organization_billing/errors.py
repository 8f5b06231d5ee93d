"""What a client raises: one class for what a caller does about it, and the API's stable code on each."""

from dataclasses import dataclass
from typing import Any

import httpx

from organization_billing.types import ErrorCode


class BillingError(Exception):
    """Anything that a call raises."""


class Unreachable(BillingError):
    """No answer came, after every attempt. What was asked for may have been done: ask again with the same ids."""


class ClockAhead(BillingError):
    """This machine's clock is ahead of the API's by minutes: uses of now wait until it is so late there."""


class TokenRefused(BillingError):
    """Scalekit gave no token for the machine client's id and secret."""


@dataclass(eq=False)
class Refused(BillingError):
    """The API said no. `code` is stable; `request_id` is what an operator looks the request up by.

    Chargebee's own codes are not among the ErrorCode, and what the gateway refuses itself has an empty one.
    `retry_after` is in seconds, None where the API names none.
    """

    status: int
    code: ErrorCode | str
    message: str
    request_id: str = ""
    retry_after: int | None = None

    def __post_init__(self) -> None:
        # What another process raises it with, where it comes from a pool's worker.
        self.args = (self.status, self.code, self.message, self.request_id, self.retry_after)

    def __str__(self) -> str:
        told = f"{self.status} {self.code}: {self.message}"
        return f"{told} (request {self.request_id})" if self.request_id else told


class InvalidRequest(Refused):
    """400, 413 or 422: the request itself is wrong, and never succeeds unchanged."""


class Unauthenticated(Refused):
    """401: no valid token, and no other one to be had."""


class PaymentRequired(Refused):
    """402: the plan does not have it (`plan_required`), or it is used up (`exhausted`)."""


class Forbidden(Refused):
    """403: this caller may not."""


class NotFound(Refused):
    """404, or 410 for an organization that was deleted."""


class Conflict(Refused):
    """409: an id was used for something else (`id_conflict`), or the state does not allow it."""


class RateLimited(Refused):
    """429: nothing was done."""


class Unavailable(Refused):
    """502, 503 or 504, after every attempt: the same call may be repeated later."""


class ServerError(Refused):
    """500: the operator's."""


BY_STATUS: dict[int, type[Refused]] = {
    400: InvalidRequest,
    401: Unauthenticated,
    402: PaymentRequired,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: NotFound,
    413: InvalidRequest,
    422: InvalidRequest,
    429: RateLimited,
    500: ServerError,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
}


def refusal(response: httpx.Response) -> Refused:
    """The error of an answer that is no success."""
    told = _json(response)
    return BY_STATUS.get(response.status_code, Refused)(
        status=response.status_code,
        code=str(told.get("code", "")),
        message=str(told.get("error") or told.get("message") or response.reason_phrase),
        request_id=str(told.get("requestId", "")),
        retry_after=retry_after(response),
    )


def retry_after(response: httpx.Response) -> int | None:
    """In seconds."""
    told = response.headers.get("retry-after", "")
    return int(told) if told.isdecimal() else None


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        told = response.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}

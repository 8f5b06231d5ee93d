"""How a call becomes requests and an answer: steps that say what to do next, and do no I/O themselves."""

import random
import re
from collections.abc import Callable, Generator
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol

import httpx

from organization_billing.call import Call
from organization_billing.errors import Unauthenticated, Unreachable, refusal, retry_after

PASSING = frozenset({429, 502, 503, 504})
"""Statuses after which the same request is safe to repeat, and may succeed."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait so many seconds."""

    seconds: float


type Steps[Result] = Generator[httpx.Request | Pause, httpx.Response, Result]
"""Each yielded request is sent, and its response sent back in; what the transport raises is thrown in."""

type Came = httpx.Response | httpx.RequestError | None
"""What came of a step; None of a pause, and before the first one."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a request is tried, and how long one pause between two tries may be, in seconds.

    A longer `Retry-After` is not waited for: the error tells of it. `draw` is a number from 0 up to 1.
    """

    attempts: int = 4
    longest_pause: float = 20.0
    draw: Callable[[], float] = random.random

    def pause(self, attempt: int) -> Pause:
        """Where nobody says how long: a second, then two, then four, each with some chance in it."""
        return Pause(min(2.0 ** (attempt - 1), self.longest_pause) * (0.5 + self.draw() / 2))


class Credentials(Protocol):
    """Where the token of a call comes from."""

    def token(self, patience: Patience, refused: str = "") -> Steps[str]:
        """A bearer token. `refused` is one that the API has just turned down: the same again means "no other"."""


def exchange[Answer](call: Call[Answer], api_url: str, credentials: Credentials, patience: Patience) -> Steps[Answer]:
    """Send a call, once more with another token where the first one is turned down. Raises BillingError."""
    token = yield from credentials.token(patience)
    response = yield from persistently(_request(call, api_url, token), patience)
    if response.status_code == httpx.codes.UNAUTHORIZED:
        other = yield from credentials.token(patience, refused=token)
        if other != token:
            response = yield from persistently(_request(call, api_url, other), patience)
    if not response.is_success:
        raise refusal(response)
    try:
        answer: Answer = response.json()
    except ValueError as error:
        raise Unreachable(f"{call.method} {response.url}: what answers there is not the API.") from error
    return answer


def resume[Step, Answer](steps: Generator[Step, Answer, Any], came: Answer | Exception | None) -> Step:
    """The next step, after what came of the last one. Raises StopIteration with the result, or BillingError."""
    if isinstance(came, Exception):
        return steps.throw(came)
    return next(steps) if came is None else steps.send(came)


def persistently(request: httpx.Request, patience: Patience) -> Steps[httpx.Response]:
    """The response to a request that is safe to repeat, whatever its status. Raises Unreachable."""
    for attempt in count(1):
        pause = patience.pause(attempt)
        try:
            response = yield request
        except httpx.RequestError as error:
            if attempt >= patience.attempts:
                raise Unreachable(f"{request.method} {request.url}: {error!r}") from error
        else:
            pause = Pause(told) if (told := retry_after(response)) is not None else pause
            over = attempt >= patience.attempts or pause.seconds > patience.longest_pause
            if response.status_code not in PASSING or over:
                return response
        yield pause
    raise AssertionError("count() ends never")


def _request(call: Call[Any], api_url: str, token: str) -> httpx.Request:
    query = {name: value for name, value in call.query.items() if value is not None}
    return httpx.Request(
        call.method,
        api_url.rstrip("/") + call.path,
        params=query or None,
        json=call.body,
        headers={"authorization": f"Bearer {_sendable(token)}", "user-agent": "organization-billing-client"},
    )


def _sendable(token: str) -> str:
    """Raises Unauthenticated for what no header carries, which is what most code has of somebody not signed in."""
    if re.fullmatch(r"[!-~]+", token):
        return token
    raise Unauthenticated(httpx.codes.UNAUTHORIZED, "unauthenticated", "There is no token.")

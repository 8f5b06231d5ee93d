"""How a call of Chargebee's SDK is made."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import uniform
from threading import Lock
from time import monotonic, sleep
from typing import Any, TypeVar

from billing.core.chargebee_errors import (
    ChargebeeBusy,
    ChargebeeError,
    ChargebeeRateLimited,
    ChargebeeTimeout,
    ChargebeeUnavailable,
)
from billing.core.errors import InvalidRequest
from billing.core.keys import digest
from billing.subscriptions.services.ports import HostedPage

Answer = TypeVar("Answer")

NOT_FOUND = "resource_not_found"
"""Chargebee's code."""

PAGE_SIZE = 100
"""Chargebee's limit for lists."""

_ID = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9_.:@+~-]+")


@dataclass(frozen=True, slots=True)
class Retry:
    """Bounded, jittered repeats of a call that is safe to repeat.

    `attempts` at most, none begun later than `budget` seconds after the first: a browser is waiting.

    A rate limit is waited out only when Retry-After fits the budget; otherwise the caller hears of it. Whoever was
    merely in another's way tries again in moments, and not all at the same one. `repeats` are the errors after which
    the call is made again.
    """

    attempts: int = 3
    budget: float = 4.0
    base: float = 0.2
    repeats: tuple[type[ChargebeeError], ...] = (ChargebeeUnavailable, ChargebeeTimeout, ChargebeeRateLimited)
    sleep: Callable[[float], None] = sleep
    clock: Callable[[], float] = monotonic

    def __call__(self, call: Callable[[], Answer]) -> Answer:
        """The first answer, or the last attempt's error."""
        start = self.clock()
        for attempt in range(self.attempts - 1):
            try:
                return call()
            except self.repeats as error:
                pause = self._pause(error, attempt)
                if self.clock() - start + pause > self.budget:
                    raise
                self.sleep(pause)
        return call()

    def _pause(self, error: ChargebeeError, attempt: int) -> float:
        if isinstance(error, ChargebeeBusy):
            return error.retry_after * uniform(0.5, 1) * 2.0**attempt  # noqa: S311 - jitter, not a secret
        if isinstance(error, ChargebeeRateLimited):
            return float(error.retry_after)
        return uniform(0, self.base * 2**attempt)  # noqa: S311 - jitter, not a secret


@dataclass(slots=True)
class PacedRetry:
    """Repeats as `retry` does, and begins no two calls closer than `interval` seconds: the rest of Chargebee's limit
    is for whoever waits for an answer. Threads may share it.
    """

    retry: Retry
    interval: float
    next_at: float = 0.0
    lock: Lock = field(default_factory=Lock)

    def __call__(self, call: Callable[[], Answer]) -> Answer:
        """The first answer, or the last attempt's error."""
        with self.lock:
            begins_at = max(self.next_at, self.retry.clock())
            self.next_at = begins_at + self.interval
        early = begins_at - self.retry.clock()
        if early > 0:
            self.retry.sleep(early)
        return self.retry(call)


def ask(retry: Retry | PacedRetry, call: Callable[[], Any]) -> Any:
    """The answer. The SDK raises TypeError when a success lacks what it promises."""
    try:
        return retry(call)
    except TypeError as error:
        raise ChargebeeUnavailable("Chargebee's answer is incomplete. Try again.") from error


def each_of(read: Callable[[Mapping[str, Any]], Any], query: Mapping[str, Any]) -> Iterator[Any]:
    """All entries of a list, page by page: `read` is asked for the next one when somebody wants an entry of it."""
    page = query
    while True:
        answer = read(page)
        yield from answer.list
        if not answer.next_offset:
            return
        page = {**query, "offset": answer.next_offset}


def understood[Resource](read: Callable[[], Resource]) -> Resource:
    """What a resource of an answer says. One that says nothing we know is no mistake of our caller's."""
    try:
        return read()
    except InvalidRequest as error:
        raise ChargebeeUnavailable(f"Chargebee's answer is not understood: {error}") from error


def keyed(key: str) -> dict[str, str]:
    """A fresh dict for every attempt: the SDK writes the API key into the headers that it is given."""
    return {"chargebee-idempotency-key": key}


def path_safe(resource_id: str, longest: int = 50) -> str:
    """The SDK does not escape a slash in an id, nor dots alone, which would call another endpoint."""
    if len(resource_id) > longest or not _ID.fullmatch(resource_id):
        raise InvalidRequest("That is not an id that Chargebee could have.")
    return resource_id


@dataclass(frozen=True, slots=True)
class PageOpener:
    """`gateway_account_id` is the gateway that takes the payments of all pages; empty leaves it to the site.

    A page of a site whose Smart Routing has no rule for it can be opened, and not be paid, unless it names a gateway.
    """

    retry: Retry | PacedRetry
    gateway_account_id: str = ""

    def __call__(self, call: Callable[..., Any], body: Mapping[str, Any], key: str) -> HostedPage:
        """The page that the call opens, or has opened before under the key. Raises the ChargebeeError."""
        gateway = {"gateway_account_id": self.gateway_account_id} if self.gateway_account_id else {}
        sent = {**body, **({"card": gateway} if gateway else {})}
        name = f"{key}-{digest(gateway)}" if gateway else key  # what is sent changes with the setting
        answer = ask(self.retry, lambda: call(sent, keyed(name)))
        page = answer.hosted_page
        return HostedPage(page.id, page.url, answer.is_idempotency_replayed, page.expires_at)

"""Faults that a test asks for: API calls that fail, hang or are too many, webhooks that come twice, never, or late."""

import fnmatch
import random
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from local.chargebee.errors import REFUSALS
from local.chargebee.rate_limit import RateLimit

API_PREFIX = "/api/v2"


@dataclass
class ApiFault:
    """Strikes calls whose path starts with `path` or matches it as a glob; `count` None means every time.

    `status` answers with the commonest code of that status, `code` with one of the vendor's own codes. `resource`
    strikes the writes that concern one record instead, as the vendor's lock on it does. `timeout` hangs (seconds) and
    then fails without doing anything; `timeout_after` does the work first. `retry_after` (seconds) is told even where
    the site's answers to a 429 tell nothing.
    """

    path: str = "/"
    resource: str | None = None
    method: str | None = None
    status: int | None = None
    code: str | None = None
    timeout: float | None = None
    timeout_after: float | None = None
    retry_after: int | None = None
    body: Any = None
    count: int | None = None

    def __post_init__(self) -> None:
        if self.code is not None and self.code not in REFUSALS:
            raise ValueError(f"code must be one of {', '.join(REFUSALS)}")

    def strikes(self, method: str, path: str, concerned: Collection[str]) -> bool:
        """`concerned` are the ids of all records that the call touches."""
        pattern = self.path.removeprefix(API_PREFIX)
        if self.count == 0 or self.method not in (None, method):
            return False
        if self.resource is not None and (method == "GET" or self.resource not in concerned):
            return False
        return path.startswith(pattern) or fnmatch.fnmatchcase(path, pattern)


@dataclass
class WebhookFaults:
    """`duplicate` and `drop` are probabilities; `shuffle` delivers in any order."""

    duplicate: float = 0.0
    drop: float = 0.0
    shuffle: bool = False
    seed: int | None = None


@dataclass
class Faults:
    api: list[ApiFault] = field(default_factory=list)
    webhooks: WebhookFaults = field(default_factory=WebhookFaults)
    limit: RateLimit | None = None
    dice: random.Random = field(default_factory=random.Random)

    def replace(
        self, api: Iterable[dict[str, Any]], webhooks: dict[str, Any], limit: dict[str, Any] | None = None
    ) -> None:
        """All faults at once; raises TypeError or ValueError on what is no fault, changing nothing."""
        new_api, new_webhooks = [ApiFault(**fault) for fault in api], WebhookFaults(**webhooks)
        new_limit = None if limit is None else RateLimit(**limit)
        self.api, self.webhooks, self.limit = new_api, new_webhooks, new_limit
        self.dice = random.Random(new_webhooks.seed)

    def take(self, method: str, path: str, concerned: Collection[str]) -> ApiFault | None:
        """The first fault that strikes this call, counted down."""
        for fault in self.api:
            if fault.strikes(method, path, concerned):
                if fault.count is not None:
                    fault.count -= 1
                return fault
        return None

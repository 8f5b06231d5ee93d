"""Opening one of Chargebee's hosted pages, of whatever kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from billing.chargebee.calls import Retry, ask, keyed
from billing.core.keys import digest
from billing.subscriptions.services.ports import HostedPage


@dataclass(frozen=True, slots=True)
class PageOpener:
    """`gateway_account_id` is the gateway that takes the payments of all pages; empty leaves it to the site.

    A page of a site whose Smart Routing has no rule for it can be opened, and not be paid, unless it names a gateway.
    """

    retry: Retry
    gateway_account_id: str = ""

    def __call__(self, call: Callable[..., Any], body: Mapping[str, Any], key: str) -> HostedPage:
        """The page that the call opens, or has opened before under the key. Raises the ChargebeeError."""
        gateway = {"gateway_account_id": self.gateway_account_id} if self.gateway_account_id else {}
        sent = {**body, **({"card": gateway} if gateway else {})}
        name = f"{key}-{digest(gateway)}" if gateway else key  # what is sent changes with the setting
        answer = ask(self.retry, lambda: call(sent, keyed(name)))
        page = answer.hosted_page
        return HostedPage(page.id, page.url, answer.is_idempotency_replayed, page.expires_at)

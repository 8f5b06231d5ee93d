"""All that a Chargebee site has, page by page, oldest first: so pages do not shift while newer entries arrive."""

from collections.abc import Callable, Mapping
from typing import Any

from billing.chargebee.calls import PAGE_SIZE, PacedRetry, Retry, ask
from billing.chargebee.resources import Resources
from billing.subscriptions.services.ports import Page


class SiteLists:
    """`ChargebeeLists`, and every customer. Raises only ChargebeeErrors. `since` is UTC seconds."""

    def __init__(self, sdk: Resources, retry: Retry | PacedRetry) -> None:
        self._sdk = sdk
        self._retry = retry

    def events(self, since: int, offset: str | None) -> Page[Mapping[str, Any]]:
        """https://apidocs.chargebee.com/docs/api/events#list_events"""
        answer = self._ask(self._sdk.Event.list, _since("occurred_at", since), offset)
        return Page([each.event.raw_data for each in answer.list], answer.next_offset or None)

    def updated_subscriptions(self, since: int, offset: str | None) -> Page[Mapping[str, Any]]:
        """https://apidocs.chargebee.com/docs/api/subscriptions#list_subscriptions"""
        query = {**_since("updated_at", since), "include_deleted": True}
        answer = self._ask(self._sdk.Subscription.list, query, offset)
        found = [
            {"subscription": each.subscription.raw_data, "customer": each.customer.raw_data} for each in answer.list
        ]
        return Page(found, answer.next_offset or None)

    def updated_customers(self, since: int, offset: str | None) -> Page[Mapping[str, Any]]:
        """https://apidocs.chargebee.com/docs/api/customers#list_customers"""
        return self._customers(_since("updated_at", since), offset)

    def all_customers(self, offset: str | None) -> Page[Mapping[str, Any]]:
        """Without a filter by `updated_at`, which what nobody has changed since September 2016 does not have:
        https://apidocs.chargebee.com/docs/api/customers/list-customers
        """
        return self._customers({"sort_by": {"asc": "created_at"}}, offset)

    def _customers(self, query: Mapping[str, Any], offset: str | None) -> Page[Mapping[str, Any]]:
        answer = self._ask(self._sdk.Customer.list, query, offset)
        return Page([each.customer.raw_data for each in answer.list], answer.next_offset or None)

    def _ask(self, call: Callable[[dict[str, Any]], Any], query: Mapping[str, Any], offset: str | None) -> Any:
        page = {**query, "limit": PAGE_SIZE, **({"offset": offset} if offset else {})}
        return ask(self._retry, lambda: call(dict(page)))


def _since(field: str, since: int) -> dict[str, Any]:
    return {field: {"after": since - 1}, "sort_by": {"asc": field}}

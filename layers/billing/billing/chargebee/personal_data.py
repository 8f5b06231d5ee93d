"""What Chargebee keeps of one customer, through its SDK: to be handed out, and to be cleared."""

from collections.abc import Mapping, Sequence
from typing import Any

from billing.chargebee.calls import Retry, ask, path_safe
from billing.chargebee.resources import Resources
from billing.core.chargebee_errors import ChargebeeNotFound
from billing.subscriptions.services.ports import Page

PAGE_SIZE = 20
"""Of whole documents: a function answers with 6 MB at most, and an invoice of many lines has a quarter of one
(https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
"""

UNTOUCHED = "active"
"""`pii_cleared` of a customer that nobody asked to clear: https://apidocs.chargebee.com/docs/api/customers"""

GONE = "not there"


class ChargebeePersonalData:
    """`PersonalData` over the official SDK. Every call is safe to repeat, and is repeated within bounds."""

    def __init__(self, sdk: Resources, retry: Retry) -> None:
        self._sdk = sdk
        self._retry = retry

    def customers(self, customer_id: str) -> Sequence[Mapping[str, Any]]:
        """The customer as Chargebee has it; nothing for one that is not there, or was deleted."""
        try:
            answer = ask(self._retry, lambda: self._sdk.Customer.retrieve(path_safe(customer_id)))
        except ChargebeeNotFound:
            return ()
        return (answer.customer.raw_data,)

    def subscriptions(self, customer_id: str, offset: str | None) -> Page[Mapping[str, Any]]:
        """https://apidocs.chargebee.com/docs/api/subscriptions#list_subscriptions"""
        answer = ask(self._retry, lambda: self._sdk.Subscription.list(_of(customer_id, offset)))
        return Page([each.subscription.raw_data for each in answer.list], answer.next_offset or None)

    def invoices(self, customer_id: str, offset: str | None) -> Page[Mapping[str, Any]]:
        """https://apidocs.chargebee.com/docs/api/invoices#list_invoices"""
        answer = ask(self._retry, lambda: self._sdk.Invoice.list(_of(customer_id, offset)))
        return Page([each.invoice.raw_data for each in answer.list], answer.next_offset or None)

    def clear(self, customer_id: str) -> str:
        """https://apidocs.chargebee.com/docs/api/customers#clear_personal_data_of_a_customer

        What became of it, in Chargebee's word: its site may clear at once, or after a time that it was told.
        """
        known = next(iter(self.customers(customer_id)), None)
        if known is None:
            return GONE
        if (state := known.get("pii_cleared", UNTOUCHED)) != UNTOUCHED:
            return str(state)
        answer = ask(self._retry, lambda: self._sdk.Customer.clear_personal_data(path_safe(customer_id)))
        return str(answer.customer.raw_data.get("pii_cleared", UNTOUCHED))


def _of(customer_id: str, offset: str | None) -> dict[str, Any]:
    query: dict[str, Any] = {"customer_id": {"is": customer_id}, "include_deleted": True, "limit": PAGE_SIZE}
    return {**query, "offset": offset} if offset else query

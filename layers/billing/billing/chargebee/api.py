"""Chargebee's API through its own SDK: the calls that the services make, and nothing else."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from billing.chargebee.calls import (
    NOT_FOUND,
    PAGE_SIZE,
    PacedRetry,
    PageOpener,
    Retry,
    ask,
    each_of,
    keyed,
    path_safe,
    understood,
)
from billing.chargebee.cancel_options import AT_ONCE, AT_TERM_END, CancelOptions
from billing.chargebee.lines import change_body, lines_body, selection_body, trial
from billing.chargebee.read_event import read_customer, read_subscription
from billing.chargebee.resources import Resources
from billing.core.chargebee_errors import (
    ChargebeeDuplicate,
    ChargebeeMisconfigured,
    ChargebeeNotFound,
    ChargebeeRefused,
)
from billing.core.clock import Clock
from billing.subscriptions.domain.billing_event import Customer
from billing.subscriptions.domain.change import Lines
from billing.subscriptions.domain.subscription import Item, Subscription
from billing.subscriptions.services.ports import ChangeRequest, HostedPage, Listing, Opening, PageRequest

_OPEN_STATES = frozenset({"created", "requested"})


class ChargebeeApi:
    """`Chargebee` over the official SDK. Every call is retried within bounds and raises only ChargebeeErrors."""

    def __init__(self, sdk: Resources, retry: Retry | PacedRetry, clock: Clock, gateway_account_id: str = "") -> None:
        self._sdk = sdk
        self._retry = retry
        self._clock = clock
        self._open = PageOpener(retry, gateway_account_id)

    def create_customer(self, customer_id: str, params: Mapping[str, Any]) -> None:
        """https://apidocs.chargebee.com/docs/api/customers#create_a_customer"""
        body = {**params, "id": path_safe(customer_id), "meta_data": json.dumps(params["meta_data"])}
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]
        key = f"customer-{customer_id}-{digest}"
        if self._ask(lambda: self._sdk.Customer.create(body, keyed(key))).is_idempotency_replayed:
            raise ChargebeeDuplicate("The customer was made before, and may have been deleted since.")

    def stamp_customer(
        self, customer_id: str, meta_data: Mapping[str, Any], key: str, email: str | None = None
    ) -> None:
        """https://apidocs.chargebee.com/docs/api/customers#update_a_customer"""
        body = {"meta_data": json.dumps(dict(meta_data)), **({"email": email} if email else {})}
        self._ask(lambda: self._sdk.Customer.update(path_safe(customer_id), body, keyed(key)))

    def customer(self, customer_id: str) -> Customer:
        """https://apidocs.chargebee.com/docs/api/customers#retrieve_a_customer"""
        answer = self._ask(lambda: self._sdk.Customer.retrieve(path_safe(customer_id)))
        return understood(lambda: read_customer(answer.customer.raw_data))

    def never_billed(self, customer_id: str) -> bool:
        """https://apidocs.chargebee.com/docs/api/subscriptions#list_subscriptions, /invoices#list_invoices"""
        query = {"customer_id": {"is": customer_id}, "include_deleted": True, "limit": 1}
        bought = self._ask(lambda: self._sdk.Subscription.list(dict(query)))
        return not bought.list and not self._ask(lambda: self._sdk.Invoice.list(dict(query))).list

    def open_checkout(self, request: PageRequest) -> HostedPage:
        """https://apidocs.chargebee.com/docs/api/hosted_pages#create_checkout_for_a_new_subscription"""
        body = {
            "customer": {"id": request.customer_id, **({"locale": request.locale} if request.locale else {})},
            "subscription": {"id": request.subscription_id, **trial(request.trial_end)},
            **selection_body(request.selection),
            "redirect_url": request.redirect_url,
            "cancel_url": request.cancel_url,
        }
        return self._open(self._sdk.HostedPage.checkout_new_for_items, body, request.key)

    def open_and_look(self, request: PageRequest) -> Opening:
        """All at once, so that the browser waits for the slowest one alone."""
        with ThreadPoolExecutor(max_workers=2) as beside:
            opening = beside.submit(self.open_checkout, request)
            listing = beside.submit(self.subscriptions, request.customer_id)
            customer = self.customer(request.customer_id)
        if customer.deleted:
            raise ChargebeeNotFound(f"The customer {customer.id} has been deleted.")
        try:
            return Opening(opening.result(), customer, tuple(listing.result()))
        except ChargebeeNotFound as error:  # not the customer, which is there
            raise ChargebeeMisconfigured(f"The Chargebee site lacks what its page needs: {error}", NOT_FOUND) from error

    def open_change(self, request: ChangeRequest) -> tuple[HostedPage, Subscription]:
        """https://apidocs.chargebee.com/docs/api/hosted_pages#create_checkout_to_update_a_subscription"""
        body = {
            "subscription": {"id": request.subscription_id},
            **change_body(request.lines, request.when, self._clock()),
            "redirect_url": request.redirect_url,
            "cancel_url": request.cancel_url,
        }
        with ThreadPoolExecutor(max_workers=1) as beside:
            opening = beside.submit(self._open, self._sdk.HostedPage.checkout_existing_for_items, body, request.key)
            current = self._retrieved(request.subscription_id)
        if current.customer_id != request.customer_id:
            raise ChargebeeNotFound(f"The subscription {current.id} has moved to another customer.")
        return opening.result(), current

    def page_is_open(self, page_id: str) -> bool:
        """https://apidocs.chargebee.com/docs/api/hosted_pages#retrieve_a_hosted_page"""
        page = self._ask(lambda: self._sdk.HostedPage.retrieve(path_safe(page_id))).hosted_page
        return page.state in _OPEN_STATES and (page.expires_at is None or page.expires_at > self._clock())

    def open_portal(self, customer_id: str, redirect_url: str, key: str) -> str:
        """https://apidocs.chargebee.com/docs/api/portal_sessions#create_a_portal_session"""
        body = {"customer": {"id": customer_id}, "redirect_url": redirect_url}
        answer = self._ask(lambda: self._sdk.PortalSession.create(body, keyed(key)))
        return str(answer.portal_session.access_url)

    def subscription(self, subscription_id: str) -> Subscription:
        """https://apidocs.chargebee.com/docs/api/subscriptions#retrieve_a_subscription"""
        return self._whole(self._retrieved(subscription_id))

    def subscriptions(self, customer_id: str) -> Sequence[Subscription]:
        """https://apidocs.chargebee.com/docs/api/subscriptions#list_subscriptions"""
        return self.listing(customer_id).subscriptions

    def listing(self, customer_id: str) -> Listing:
        """https://apidocs.chargebee.com/docs/api/subscriptions#list_subscriptions"""
        query = {"customer_id": {"is": customer_id}, "include_deleted": True, "limit": PAGE_SIZE}
        found = [*each_of(lambda page: self._ask(lambda: self._sdk.Subscription.list(dict(page))), query)]
        customer = understood(lambda: read_customer(found[-1].customer.raw_data)) if found else None
        return Listing([self._whole(self._row(each)) for each in found], customer)

    def cancel_now(self, row: Subscription, key: str, reason_code: str = "") -> Subscription:
        """https://apidocs.chargebee.com/docs/api/subscriptions#cancel_subscription_for_items"""
        return self._own(row, lambda now: now if now.ended else self._cancel(now, AT_ONCE, key, reason_code))

    def cancel_at_term_end(self, row: Subscription, key: str, reason_code: str = "") -> Subscription:
        """https://apidocs.chargebee.com/docs/api/subscriptions#cancel_subscription_for_items"""
        return self._own(row, lambda now: self._cancel(now, AT_TERM_END, key, reason_code))

    def set_seats(self, subscription_id: str, line: Item, key: str) -> Subscription:
        """https://apidocs.chargebee.com/docs/api/subscriptions#update_subscription_for_items

        "`reactivate` … default `true` when `subscription_items` … are provided".
        """
        body = {**lines_body(Lines((line,)), self._clock()), "reactivate": False}
        call = self._sdk.Subscription.update_for_items
        answer = self._ask(lambda: call(path_safe(subscription_id), body, keyed(key)))
        return self._row(answer)

    def keep(self, row: Subscription, key: str) -> Subscription:
        """https://apidocs.chargebee.com/docs/api/subscriptions#remove_scheduled_cancellation"""
        call = self._sdk.Subscription.remove_scheduled_cancellation
        return self._own(row, lambda now: self._row(self._ask(lambda: call(path_safe(now.id), {}, keyed(key)))))

    def keep_items(self, row: Subscription, key: str) -> Subscription:
        """https://apidocs.chargebee.com/docs/api/subscriptions#remove_scheduled_changes"""
        call = self._sdk.Subscription.remove_scheduled_changes
        return self._own(row, lambda now: self._row(self._ask(lambda: call(path_safe(now.id), keyed(key)))))

    def _own(self, row: Subscription, act: Callable[[Subscription], Subscription]) -> Subscription:
        """What `act` makes of the subscription as it is now. One that has moved is its new customer's alone."""
        current = self._retrieved(row.id)
        return act(current) if current.customer_id == row.customer_id else current

    def _retrieved(self, subscription_id: str) -> Subscription:
        return self._row(self._ask(lambda: self._sdk.Subscription.retrieve(path_safe(subscription_id))))

    def _whole(self, row: Subscription) -> Subscription:
        """https://apidocs.chargebee.com/docs/api/subscriptions#retrieve_with_scheduled_changes, where any are."""
        if not row.scheduled_unknown:
            return row
        call = self._sdk.Subscription.retrieve_with_scheduled_changes
        try:
            answer = self._ask(lambda: call(path_safe(row.id)))
        except (ChargebeeNotFound, ChargebeeRefused):  # made or removed since: newer news is on its way
            return replace(row, scheduled_items=())
        return replace(row, scheduled_items=self._row(answer).items or ())

    def _row(self, answer: Any) -> Subscription:
        return understood(lambda: read_subscription(answer.subscription.raw_data, self._clock()))

    def _ask(self, call: Callable[[], Any]) -> Any:
        return ask(self._retry, call)

    def _cancel(self, row: Subscription, options: CancelOptions, key: str, reason_code: str) -> Subscription:
        option = options.of_contract if row.under_contract else options.of_term
        body = {**option, **({"cancel_reason_code": reason_code} if reason_code else {})}
        call = self._sdk.Subscription.cancel_for_items
        answer = self._ask(lambda: call(path_safe(row.id), body, keyed(key)))
        return self._row(answer)

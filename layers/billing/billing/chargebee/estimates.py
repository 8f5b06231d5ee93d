"""Chargebee's estimates, through its SDK."""

from collections.abc import Callable
from typing import Any

from billing.chargebee.calls import NOT_FOUND, Retry, ask, path_safe, understood
from billing.chargebee.lines import change_body, selection_body, trial
from billing.chargebee.read_estimate import read_change_estimate
from billing.chargebee.resources import Resources
from billing.core.chargebee_errors import ChargebeeMisconfigured, ChargebeeNotFound
from billing.core.clock import Clock
from billing.plans.selection import Selection
from billing.subscriptions.domain.change import Lines, When
from billing.subscriptions.domain.estimate import ChangeEstimate


class ChargebeeEstimates:
    """`Estimates` over the official SDK. Nothing is changed, so every call is repeated within bounds."""

    def __init__(self, sdk: Resources, retry: Retry, clock: Clock) -> None:
        self._sdk = sdk
        self._retry = retry
        self._clock = clock

    def change(self, subscription_id: str, lines: Lines, when: When) -> ChangeEstimate:
        """https://apidocs.chargebee.com/docs/api/estimates#update_subscription_for_items_estimate"""
        body = {
            "subscription": {"id": subscription_id},
            **change_body(lines, when, self._clock()),
        }
        return self._read(lambda: self._sdk.Estimate.update_subscription_for_items(dict(body)))

    def purchase(self, customer_id: str | None, selection: Selection, trial_end: int | None) -> ChangeEstimate:
        """https://apidocs.chargebee.com/docs/api/estimates/estimate-for-creating-a-subscription with the customer's
        credits and taxes, else https://apidocs.chargebee.com/docs/api/estimates/estimate-for-creating-a-customer-and-subscription.
        """
        body = {"subscription": trial(trial_end), **selection_body(selection)}
        if customer_id is not None:
            of_customer = self._sdk.Estimate.create_sub_item_for_customer_estimate
            try:
                return self._read(lambda: of_customer(path_safe(customer_id), dict(body)))
            except ChargebeeNotFound:  # the customer is gone; of an item price, the other estimate says it again
                pass
        try:
            return self._read(lambda: self._sdk.Estimate.create_sub_item_estimate(dict(body)))
        except ChargebeeNotFound as error:
            raise ChargebeeMisconfigured(f"The Chargebee site lacks what is sold: {error}", NOT_FOUND) from error

    def _read(self, call: Callable[[], Any]) -> ChangeEstimate:
        answer = ask(self._retry, call)
        return understood(lambda: read_change_estimate(answer.estimate.raw_data))

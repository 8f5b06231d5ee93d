"""Chargebee's estimates of changes, through its SDK."""

from billing.chargebee.calls import Retry, ask, understood
from billing.chargebee.lines import change_body
from billing.chargebee.read_estimate import read_change_estimate
from billing.chargebee.resources import Resources
from billing.core.clock import Clock
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
        answer = ask(self._retry, lambda: self._sdk.Estimate.update_subscription_for_items(dict(body)))
        return understood(lambda: read_change_estimate(answer.estimate.raw_data))

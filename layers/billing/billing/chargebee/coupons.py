"""Chargebee's coupons, through its SDK."""

from billing.chargebee.calls import Retry, ask, path_safe, understood
from billing.chargebee.read_coupon import read_coupon
from billing.chargebee.resources import Resources
from billing.subscriptions.domain.coupon import Coupon

LONGEST_ID = 100
"""Characters of a coupon's id: https://apidocs.chargebee.com/docs/api/coupons. Any other has up to 50."""


class ChargebeeCoupons:
    """`Coupons` over the official SDK."""

    def __init__(self, sdk: Resources, retry: Retry) -> None:
        self._sdk = sdk
        self._retry = retry

    def coupon(self, coupon_id: str) -> Coupon:
        """https://apidocs.chargebee.com/docs/api/coupons#retrieve_a_coupon"""
        answer = ask(self._retry, lambda: self._sdk.Coupon.retrieve(path_safe(coupon_id, LONGEST_ID)))
        return understood(lambda: read_coupon(answer.coupon.raw_data))

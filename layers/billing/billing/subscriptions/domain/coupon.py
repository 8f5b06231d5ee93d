"""Whether a coupon may be redeemed with what is bought."""

from collections.abc import Collection
from dataclasses import dataclass

from billing.core.errors import InvalidRequest


class CouponNotValid(InvalidRequest):
    """The coupon cannot be redeemed: it was withdrawn, or Chargebee refuses it."""

    code = "coupon_not_valid"


class UnknownCoupon(CouponNotValid):
    """There is no such coupon."""

    code = "unknown_coupon"


class CouponExpired(CouponNotValid):
    """The time in which the coupon can be redeemed is over."""

    code = "coupon_expired"


class CouponNotStarted(CouponNotValid):
    """The time in which the coupon can be redeemed has not begun."""

    code = "coupon_not_started"


class CouponUsedUp(CouponNotValid):
    """The coupon has been redeemed as often as it may be."""

    code = "coupon_used_up"


class CouponNotApplicable(CouponNotValid):
    """The coupon is for other plans or add-ons, or for another currency."""

    code = "coupon_not_applicable"


type Bought = Collection[tuple[str, str]]
"""What it is redeemed with: the type of each item (`plan`, `addon`), and its item price."""


@dataclass(frozen=True, slots=True)
class Covered:
    """Items of one type that a coupon is for: those item prices, or all of the type where it names none."""

    item_type: str
    item_price_ids: frozenset[str] | None = None

    def has(self, item_type: str, item_price_id: str) -> bool:
        """Whether the coupon is for this item."""
        named = self.item_price_ids is None or item_price_id in self.item_price_ids
        return item_type == self.item_type and named


@dataclass(frozen=True, slots=True)
class Coupon:
    """A coupon as Chargebee has it: https://apidocs.chargebee.com/docs/api/coupons. Moments are UTC seconds.

    `status` is Chargebee's. `currency` is that of a fixed amount, None for a percentage. `covered` is None for a coupon
    of the whole invoice.
    """

    id: str
    status: str
    valid_from: int | None = None
    valid_till: int | None = None
    redemptions: int = 0
    max_redemptions: int | None = None
    currency: str | None = None
    covered: tuple[Covered, ...] | None = None


def check_coupon(coupon: Coupon, bought: Bought, currency: str | None, now: int) -> None:
    """Raises CouponNotValid, or what says more, unless the coupon may be redeemed at `now` (UTC seconds).

    `currency` is that of the plan's price, None where the catalog does not say. Which customers a coupon is for, only
    Chargebee knows.
    """
    name = f"The coupon {coupon.id!r}"
    if coupon.status == "expired" or (coupon.valid_till is not None and now >= coupon.valid_till):
        raise CouponExpired(f"{name} has expired.")
    if coupon.status == "future" or (coupon.valid_from is not None and now < coupon.valid_from):
        raise CouponNotStarted(f"{name} cannot be redeemed yet.")
    if coupon.status != "active":
        raise CouponNotValid(f"{name} is not given any more.")
    if coupon.max_redemptions is not None and coupon.redemptions >= coupon.max_redemptions:
        raise CouponUsedUp(f"{name} has been redeemed as often as it may be.")
    if None not in (currency, coupon.currency) and currency != coupon.currency:
        raise CouponNotApplicable(f"{name} takes off {coupon.currency}, and this is paid in {currency}.")
    if coupon.covered is not None and not any(each.has(*item) for each in coupon.covered for item in bought):
        raise CouponNotApplicable(f"{name} is not for this plan, nor for these add-ons.")

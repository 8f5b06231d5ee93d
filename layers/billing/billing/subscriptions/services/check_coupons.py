"""Check coupons before a page is opened that redeems them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from billing.core.chargebee_errors import ChargebeeNotFound
from billing.subscriptions.domain.coupon import UnknownCoupon, check_coupon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing.core.clock import Clock
    from billing.plans.plan import Catalog
    from billing.plans.selection import Selection
    from billing.subscriptions.domain.change import Lines
    from billing.subscriptions.domain.coupon import Bought, Coupon
    from billing.subscriptions.domain.subscription import Subscription


class Coupons(Protocol):
    """Chargebee's coupons. Every method raises the ChargebeeError that fits."""

    def coupon(self, coupon_id: str) -> Coupon:
        """Raises ChargebeeNotFound."""


def check_selection(selection: Selection, catalog: Catalog, coupons: Coupons, clock: Clock) -> None:
    """Of what is bought anew. Raises CouponNotValid or the ChargebeeError."""
    price = catalog.plan(selection.item_price_id).price
    bought = [("plan", selection.item_price_id), *(("addon", each) for each, _ in selection.addons)]
    _check(selection.coupons, bought, price.currency if price else None, coupons, clock)


def check_lines(subscription: Subscription, lines: Lines, coupons: Coupons, clock: Clock) -> None:
    """Of what a subscription becomes. Raises CouponNotValid or the ChargebeeError."""
    kept = () if lines.complete else subscription.items or ()
    bought = [(each.item_type, each.item_price_id) for each in (*kept, *lines.items)]
    _check(lines.coupons, bought, subscription.currency, coupons, clock)


def _check(coupon_ids: Sequence[str], bought: Bought, currency: str | None, coupons: Coupons, clock: Clock) -> None:
    for coupon_id in coupon_ids:
        check_coupon(_found(coupon_id, coupons), bought, currency, clock())


def _found(coupon_id: str, coupons: Coupons) -> Coupon:
    try:
        return coupons.coupon(coupon_id)
    except ChargebeeNotFound as error:
        raise UnknownCoupon(f"There is no coupon {coupon_id!r}.") from error
